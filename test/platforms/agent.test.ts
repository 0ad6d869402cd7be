import { describe, expect, it } from 'vitest';
import { AppError } from '../../lib/errors.js';
import { agentPlatform, type CommandState } from '../../lib/platforms/agent.js';
import type { ActionRequest, Prepared } from '../../lib/platforms/platform.js';

const prepared: Prepared = { before: {}, after: null, inverse: null };
const since = new Date('2026-03-01T12:00:00Z');

function status(changes: Partial<CommandState> = {}): CommandState {
  return {
    instance: 'one',
    state: 'done',
    bootId: 'boot-1',
    presentBootId: 'boot-1',
    expired: false,
    finishedAt: null,
    result: { success: true },
    error: null,
    ...changes,
  };
}

const request = (name: 'restart' | 'clean_memory' | 'reset_database'): ActionRequest => ({
  recoveryId: 'recovery-1',
  component: 'shop',
  target: { type: 'agent' },
  action: { name },
  byPerson: false,
});

function platform(statuses: readonly CommandState[], laid: string[] = ['one']) {
  return agentPlatform({ lay: async () => laid, statuses: async () => statuses });
}

const report = (name: 'restart' | 'clean_memory', statuses: readonly CommandState[]) =>
  platform(statuses).report(request(name), prepared, since);

describe('agentPlatform', () => {
  it('refuses when no agent has pushed lately', async () => {
    const acting = platform([], []).act(request('clean_memory'), prepared);
    await expect(acting).rejects.toSatisfy(
      (error) => error instanceof AppError && error.code === 'refused',
    );
  });

  it.each([
    ['not done', [], 'not_done'],
    ['done', [status({ state: 'pending' })], 'done'],
  ] as const)('looks whether a command was laid ready: %s', async (_, statuses, kind) => {
    const looked = await platform(statuses).look(request('restart'), prepared, since);
    expect(looked.kind).toBe(kind);
  });

  it('adds up what several instances freed, and succeeds only with all', async () => {
    const freed = { memory_freed_mb: 10, objects_collected: 3, current_memory_mb: 50 };
    const reported = await report('clean_memory', [
      status({ result: { success: true, leak_detected: false, ...freed } }),
      status({ instance: 'two', result: { success: false, leak_detected: true, ...freed } }),
    ]);
    expect(reported).toMatchObject({
      kind: 'done',
      result: {
        success: false,
        leak_detected: true,
        memory_freed_mb: 20,
        objects_collected: 6,
        current_memory_mb: 100,
        instances: ['one', 'two'],
      },
    });
  });

  it('has ended when its last instance has', async () => {
    const reported = await report('clean_memory', [
      status({ finishedAt: new Date('2026-03-01T12:00:07Z') }),
      status({ instance: 'two', finishedAt: new Date('2026-03-01T12:00:03Z') }),
    ]);
    expect(reported).toMatchObject({ endedAt: new Date('2026-03-01T12:00:07Z') });
  });

  it('never adds up status codes, and takes the most attempts', async () => {
    const reported = await report('clean_memory', [
      status({ result: { success: true, status_code: 202, attempts: 1 } }),
      status({ instance: 'two', result: { success: true, status_code: 202, attempts: 4 } }),
    ]);
    expect(reported).toMatchObject({ result: { status_code: 202, attempts: 4 } });
  });

  it.each([
    ['waits while a command is fetched', [status({ state: 'delivered' })], 'pending'],
    ['waits for one that may still come', [status({ state: 'pending', bootId: null })], 'pending'],
    [
      'fails when it was never fetched',
      [status({ state: 'pending', bootId: null, expired: true })],
      'failed',
    ],
    [
      'fails when the boot that took it is gone',
      [status({ state: 'delivered', presentBootId: 'boot-2', expired: true })],
      'failed',
    ],
    [
      'fails when one instance fails',
      [status(), status({ instance: 'two', state: 'failed', error: 'no pool' })],
      'failed',
    ],
    ['fails when none was laid ready', [], 'failed'],
  ] as const)('%s', async (_, statuses, kind) => {
    expect((await report('clean_memory', statuses)).kind).toBe(kind);
  });

  it.each([
    ['the old boot still pushes', status(), 'pending'],
    ['another boot pushes', status({ presentBootId: 'boot-2' }), 'done'],
    ['it was never fetched', status({ state: 'pending', bootId: null, expired: true }), 'failed'],
  ] as const)('proves a restart by another boot, not by word: %s', async (_, one, kind) => {
    expect((await report('restart', [one])).kind).toBe(kind);
  });
});
