import { describe, expect, it } from 'vitest';
import { asking, NeonRig } from '../../support/neon/rig.js';
import { outcome } from '../../support/vendor/outcome.js';
import { SINCE } from '../../support/vendor/rig.js';

const rig = new NeonRig();
const RESTART = { name: 'restart' } as const;
const REQUEST = asking(RESTART);
const LATE = new Date(SINCE.getTime() + 10_000);
const RESTARTED = ['restart ep-shop-1'];

describe('restart at Neon', () => {
  it('restarts the compute, and tells when it was ready again', async () => {
    await rig.restartWith({}, 'by_hand');
    const prepared = await rig.prepare(RESTART);
    expect(prepared).toMatchObject({ before: { operations: ['op-old'] }, inverse: null });
    const acted = await rig.platform().act(REQUEST, prepared);
    expect(acted).toMatchObject({
      success: true,
      service_id: 'ep-shop-1',
      component: 'shop',
      status_code: 200,
      operations: ['op-2', 'op-3'],
    });
    const report = () => rig.platform().report(REQUEST, prepared, SINCE, acted);
    expect(await report()).toEqual({ kind: 'pending' });
    rig.now = LATE;
    rig.server.settle();
    expect(await report()).toMatchObject({
      kind: 'done',
      result: { success: true, operations: ['op-2', 'op-3'] },
      endedAt: LATE,
    });
    expect(rig.server.effects).toEqual(RESTARTED);
  });

  it.each([
    ['idle', { current_state: 'idle' }, 'there is nothing to restart'],
    ['idle, and only read', { current_state: 'idle', type: 'read_only' }, 'nothing to restart'],
    ['disabled', { disabled: true }, 'enable it first'],
  ] as const)('refuses a compute that is %s', async (_, endpoint, why) => {
    await rig.restartWith({ endpoint });
    expect(await outcome(rig.platform().prepare(REQUEST))).toMatchObject({
      code: 'refused',
      message: expect.stringContaining(why),
    });
    expect(rig.server.effects).toEqual([]);
  });

  it('finds nothing amiss with one that is suspended, where it is only looked', async () => {
    await rig.restartWith({ endpoint: { current_state: 'idle' } });
    const looked = asking(RESTART, { onlyLook: true });
    expect(await outcome(rig.platform().prepare(looked))).not.toHaveProperty('code');
    expect(rig.server.effects).toEqual([]);
  });

  it.each([
    ['made', { current_state: 'init' }],
    ['started', { current_state: 'idle', pending_state: 'active' }],
    ['suspended', { current_state: 'active', pending_state: 'idle' }],
  ] as const)('looks again later at a compute that is being %s', async (_, endpoint) => {
    await rig.restartWith({ endpoint });
    expect(await outcome(rig.platform().prepare(REQUEST))).toMatchObject({
      code: 'upstream_unavailable',
      message: expect.stringContaining('on its way'),
      retryAfterS: 5,
    });
  });

  it('leaves it to a later attempt while another operation holds the project', async () => {
    const prepared = await rig.prepare(RESTART);
    rig.server.note('apply_config');
    expect(await outcome(rig.platform().act(REQUEST, prepared))).toMatchObject({
      code: 'upstream_unavailable',
      message: expect.stringContaining('answered 423'),
    });
    expect(await rig.platform().look(REQUEST, prepared, SINCE)).toMatchObject({ kind: 'unknown' });
    rig.now = LATE;
    expect(await rig.platform().look(REQUEST, prepared, SINCE)).toEqual({ kind: 'not_done' });
    rig.server.settle();
    await rig.platform().act(REQUEST, prepared);
    expect(rig.server.effects).toEqual(RESTARTED);
  });

  it.each([
    ['nothing', { ending: 'drop', effect: true }],
    ['503', { status: 503, effect: true }],
    ['half an answer', { ending: 'cut', effect: true }],
  ] as const)('does not restart twice after %s', async (_, answer) => {
    await rig.restartWith({}, 'by_hand');
    const prepared = await rig.prepare(RESTART);
    rig.server.answerNext('restartProjectEndpoint', answer);
    expect(await outcome(rig.platform().act(REQUEST, prepared))).toMatchObject({
      code: 'upstream_unavailable',
    });
    const looked = await rig.platform().look(REQUEST, prepared, SINCE);
    expect(looked).toMatchObject({ kind: 'done', result: { status_code: null } });
    const acted = looked.kind === 'done' ? looked.result : null;
    const report = () => rig.platform().report(REQUEST, prepared, SINCE, acted);
    expect(await report()).toEqual({ kind: 'pending' });
    rig.server.settle();
    expect(await report()).toMatchObject({ kind: 'done', result: { success: true } });
    expect(rig.server.effects).toEqual(RESTARTED);
  });

  it('knows its own from what was there before, and from what is no restart', async () => {
    const prepared = await rig.prepare(RESTART);
    rig.now = LATE;
    rig.server.note('start_compute', 'finished', { endpoint_id: 'ep-other-1' });
    rig.server.note('check_availability', 'finished');
    rig.server.note('start_compute', 'finished', { created_at: '2026-02-01T00:00:00Z' });
    expect(await rig.platform().look(REQUEST, prepared, SINCE)).toEqual({ kind: 'not_done' });
    rig.server.note('suspend_compute', 'running');
    expect(await rig.platform().look(REQUEST, prepared, SINCE)).toMatchObject({ kind: 'done' });
  });

  it('takes an unreadable answer for accepted, and finds the operations by itself', async () => {
    const prepared = await rig.prepare(RESTART);
    rig.server.answerNext('restartProjectEndpoint', { status: 200, body: 'OK', effect: true });
    const acted = await rig.platform().act(REQUEST, prepared);
    expect(acted).toMatchObject({ status_code: 200, operations: [] });
    expect(await rig.platform().report(REQUEST, prepared, SINCE, acted)).toMatchObject({
      kind: 'done',
      result: { operations: ['op-3', 'op-2'] },
    });
  });

  it.each([
    ['scheduling', 'pending'],
    ['running', 'pending'],
    ['failed', 'pending'],
    ['cancelling', 'pending'],
    ['of a status that nobody knows', 'pending'],
    ['finished', 'done'],
    ['skipped', 'done'],
    ['error', 'failed'],
    ['cancelled', 'failed'],
  ] as const)('reports an operation that is %s as %s', async (status, kind) => {
    const prepared = await rig.prepare(RESTART);
    const acted = await rig.platform().act(REQUEST, prepared);
    const last = rig.server.operations.at(-1);
    const body = {
      operation: { ...last, status, project_id: 'shop-project-1', failures_count: 0 },
    };
    for (let i = 0; i < 2; i += 1) rig.server.answerNext('getProjectOperation', { body });
    const reported = await rig.platform().report(REQUEST, prepared, SINCE, acted);
    expect(reported.kind).toBe(kind);
    if (reported.kind === 'failed') {
      expect(reported.why).toBe(`operation op-3 (start_compute) ended as ${status}`);
      expect(reported.result).toMatchObject({ success: false });
    }
  });

  it('does nothing where nothing was stored', async () => {
    const none = { before: {}, after: null, inverse: null };
    for (const step of ['act', 'look', 'report'] as const) {
      expect(await outcome(rig.platform()[step](REQUEST, none, SINCE))).toMatchObject({
        code: 'refused',
        message: expect.stringContaining('plan it anew'),
      });
    }
    expect(rig.server.effects).toEqual([]);
  });
});
