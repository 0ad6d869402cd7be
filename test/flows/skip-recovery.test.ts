import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { skipRecovery } from '../../lib/flows/skip-recovery.js';
import { claimExecution } from '../../lib/store/recovery-claims.js';
import {
  addComponent,
  addIncident,
  addRecovery,
  reread,
  timeline,
  told,
} from '../support/flow-parts.js';
import { startTestStack, type TestStack } from '../support/stack.js';

let stack: TestStack;

beforeAll(async () => {
  stack = await startTestStack();
});

afterAll(() => stack.close());

async function planned(name: string) {
  const componentId = await addComponent(stack, name);
  const incidentId = await addIncident(stack.app, componentId);
  return addRecovery(stack.app, componentId, { incidentId, origin: 'automatic' });
}

const REFUSED = { guard: 'premise', outcome: 'refuse', why: 'it is over', until: null } as const;

describe('skipRecovery', () => {
  it('ends it with the verdicts that say why, once', async () => {
    const recovery = await planned('skipped');
    expect(await skipRecovery(stack.app, recovery, { why: 'not now', verdicts: [REFUSED] })).toBe(
      true,
    );
    await skipRecovery(stack.app, recovery, { why: 'not now', verdicts: [REFUSED] });
    expect(await reread(stack.app, recovery.id)).toMatchObject({
      state: 'skipped',
      error: 'not now; premise: it is over',
      proof: { verdicts: [REFUSED] },
    });
    expect(await timeline(stack.app, recovery.incidentId ?? '')).toEqual(['refused']);
  });

  it('neither ends nor tells anything when another has begun to execute it', async () => {
    const recovery = await planned('taken');
    await claimExecution(stack.app.sql, recovery.id, 60);
    expect(await skipRecovery(stack.app, recovery, { why: 'not now', verdicts: [REFUSED] })).toBe(
      false,
    );
    expect((await reread(stack.app, recovery.id)).state).toBe('executing');
    expect(await timeline(stack.app, recovery.incidentId ?? '')).toEqual([]);
  });

  const stop = { why: 'not now', verdicts: [REFUSED] };

  it('tells of it outside any incident, too, once', async () => {
    const componentId = await addComponent(stack, 'asked-for');
    const recovery = await addRecovery(stack.app, componentId);
    await Promise.all(Array.from({ length: 3 }, () => skipRecovery(stack.app, recovery, stop)));
    expect(await told(stack.app, 'asked-for')).toEqual(['remediation_skipped']);
  });

  it('asks a person about an undo that is not made', async () => {
    const componentId = await addComponent(stack, 'undone');
    const recovery = await addRecovery(stack.app, componentId, { origin: 'undo' });
    expect(await skipRecovery(stack.app, recovery, stop)).toBe(true);
    expect((await told(stack.app, 'undone')).toSorted()).toEqual([
      'escalation',
      'remediation_skipped',
    ]);
  });
});
