import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { finishRecovery, type RecoveryEnd } from '../../lib/flows/finish-recovery.js';
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
let names = 0;

beforeAll(async () => {
  stack = await startTestStack();
});

afterAll(() => stack.close());

async function verifying(given: object = {}) {
  names += 1;
  const component = `finished-${names}`;
  const componentId = await addComponent(stack, component);
  const incidentId = await addIncident(stack.app, componentId);
  const recovery = await addRecovery(stack.app, componentId, {
    incidentId,
    state: 'verifying',
    verifyInS: 0,
    actedAgoS: 60,
    ...given,
  });
  return { component, componentId, incidentId, recovery };
}

const end = (to: RecoveryEnd['to'], why = `it ${to}`): RecoveryEnd => ({
  from: ['verifying'],
  to,
  why,
  result: null,
  proof: { verdict: to },
});

type Made = Awaited<ReturnType<typeof verifying>>;

const finish = ({ recovery }: Made, ending: RecoveryEnd, token = recovery.token) =>
  finishRecovery(stack.app, recovery, { id: recovery.id, token }, ending);

const ROLLBACK = { name: 'rollback', rollback_type: 'config', to: 'v1' } as const;

const rollbacks = (component: string) => stack.app.sql`
  select rollback_type, success, error_message
  from ai_rollback_history
  where component = ${component}::text`;

describe('finishRecovery', () => {
  it.each([
    ['succeeded', 'service_restart', 'verified', null],
    ['failed', 'service_restart_failed', 'failed', 'it failed'],
  ] as const)('tells everywhere that it has %s', async (to, type, kind, error) => {
    const made = await verifying();
    expect(await finish(made, end(to))).toBe(true);
    const ended = await reread(stack.app, made.recovery.id);
    expect(ended).toMatchObject({ state: to, error, proof: { verdict: to } });
    expect(ended.endedAt).not.toBeNull();
    expect(await told(stack.app, made.component)).toEqual([type]);
    expect(await timeline(stack.app, made.incidentId)).toEqual([kind]);
    expect(await rollbacks(made.component)).toEqual([]);
  });

  it('lets one of ten end it, each in its own way, and tells of that one alone', async () => {
    const made = await verifying({ action: ROLLBACK });
    const all = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        finish(made, end(i % 2 === 0 ? 'succeeded' : 'failed', `by ${i}`)),
      ),
    );
    expect(all.filter((ended) => ended)).toHaveLength(1);
    const winner = all.indexOf(true);
    const success = winner % 2 === 0;
    expect((await reread(stack.app, made.recovery.id)).state).toBe(
      success ? 'succeeded' : 'failed',
    );
    expect(await told(stack.app, made.component)).toEqual([
      success ? 'automatic_rollback' : 'rollback_failed',
    ]);
    expect(await timeline(stack.app, made.incidentId)).toEqual([success ? 'verified' : 'failed']);
    expect(await rollbacks(made.component)).toMatchObject([{ rollback_type: 'config', success }]);
  });

  it('tells nothing for whoever holds an older token', async () => {
    const made = await verifying();
    expect(await finish(made, end('succeeded'), made.recovery.token - 1)).toBe(false);
    expect((await reread(stack.app, made.recovery.id)).state).toBe('verifying');
    expect(await told(stack.app, made.component)).toEqual([]);
    expect(await timeline(stack.app, made.incidentId)).toEqual([]);
  });

  it('tells nothing of one that is in another state', async () => {
    const made = await verifying({ state: 'executing', claimedForS: 60 });
    expect(await finish(made, end('succeeded'))).toBe(false);
    expect(await told(stack.app, made.component)).toEqual([]);
  });

  it('turns what it undoes into undone, and only when the undo has succeeded', async () => {
    for (const [to, state] of [
      ['failed', 'failed'],
      ['succeeded', 'undone'],
    ] as const) {
      const made = await verifying({ state: 'failed', endedAgoS: 5, action: ROLLBACK });
      const undo = await addRecovery(stack.app, made.componentId, {
        origin: 'undo',
        state: 'skipped',
        endedAgoS: 1,
      });
      await stack.app.sql`
        update recoveries
        set undoes = ${made.recovery.id}::uuid, state = 'verifying', ended_at = null, verify_at = now()
        where id = ${undo.id}::uuid`;
      const recovery = await reread(stack.app, undo.id);
      const held = { id: recovery.id, token: recovery.token };
      expect(await finishRecovery(stack.app, recovery, held, end(to))).toBe(true);
      expect((await reread(stack.app, made.recovery.id)).state).toBe(state);
    }
  });

  it('keeps the result of the action when the end brings none', async () => {
    const made = await verifying();
    await stack.app.sql`
      update recoveries set result = '{"status_code": 200}' where id = ${made.recovery.id}::uuid`;
    const recovery = await reread(stack.app, made.recovery.id);
    await finish({ ...made, recovery }, end('succeeded'));
    expect((await reread(stack.app, recovery.id)).result).toEqual({ status_code: 200 });
    const [row] = await stack.app.sql`
      select output_data from unified_brain where event_key = ${`recovery:${recovery.id}`}::text`;
    expect(row?.['output_data']).toMatchObject({ status_code: 200, success: true });
  });
});
