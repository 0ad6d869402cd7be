import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { askUndo } from '../../lib/flows/ask-undo.js';
import { undoLeft } from '../../lib/flows/undo-left.js';
import { addComponent, addRecovery, reread } from '../support/flow-parts.js';
import { type FlowStack, startFlowStack } from '../support/flow-stack.js';

let flows: FlowStack;
let names = 0;

beforeAll(async () => {
  flows = await startFlowStack();
});

afterAll(() => flows.close());

beforeEach(() => {
  flows.sent.length = 0;
});

const INVERSE = { name: 'rollback', rollback_type: 'deployment', to: 'dep-2' } as const;
const asked = { why: 'it was wrong', who: 'ann' };

async function rolledBack(given: object = {}) {
  names += 1;
  const componentId = await addComponent(flows.stack, `undone-${names}`);
  const recovery = await addRecovery(flows.app, componentId, {
    action: { name: 'rollback', rollback_type: 'deployment', to: 'dep-1' },
    inverse: INVERSE,
    state: 'succeeded',
    actedAgoS: 60,
    endedAgoS: 30,
    ...given,
  });
  return { componentId, id: recovery.id };
}

const undosOf = (id: string) => flows.app.sql`
  select state, action, origin, requested_by from recoveries where undoes = ${id}::uuid`;

describe('askUndo', () => {
  it('plans the inverse, sends it, and writes down who asked and why', async () => {
    const { id } = await rolledBack();
    expect(await askUndo(flows.app, id, asked)).toMatchObject({
      recovery: { undoes: id, state: 'planned' },
    });
    expect(await undosOf(id)).toEqual([
      { state: 'planned', action: INVERSE, origin: 'undo', requested_by: 'ann' },
    ]);
    expect(flows.sent).toMatchObject([{ body: { kind: 'recover' } }]);
    const audit = await flows.app.sql`
      select who, why from audit where what = 'undo' and detail ->> 'recovery_id' = ${id}::text`;
    expect(audit).toEqual([{ who: 'ann', why: 'it was wrong' }]);
  });

  it('is not begun where it cannot be written down who asked', async () => {
    const { id } = await rolledBack();
    const { sql } = flows.app;
    await sql`alter table audit add constraint nobody check (who <> 'nobody') not valid`;
    await expect(askUndo(flows.app, id, { ...asked, who: 'nobody' })).rejects.toThrow();
    await sql`alter table audit drop constraint nobody`;
    expect(await undosOf(id)).toEqual([]);
  });

  it('is done once, however many ask at once or again', async () => {
    const { id } = await rolledBack();
    const all = await Promise.allSettled(
      Array.from({ length: 10 }, () => askUndo(flows.app, id, asked)),
    );
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const one of all) {
      if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'conflict' });
    }
    await expect(askUndo(flows.app, id, asked)).rejects.toMatchObject({ code: 'conflict' });
    expect(await undosOf(id)).toHaveLength(1);
    expect(flows.sent).toHaveLength(1);
  });

  /** End whatever undoes a recovery. */
  const endUndo = (id: string, state: string) => flows.app.sql`
    update recoveries
    set state = ${state}::text, ended_at = now(), token = token + 1
    where undoes = ${id}::uuid and ended_at is null`;

  it.each(['skipped', 'failed', 'expired'])(
    'may be tried again after one that was %s',
    async (state) => {
      const { id } = await rolledBack();
      await askUndo(flows.app, id, asked);
      await endUndo(id, state);
      await expect(askUndo(flows.app, id, asked)).resolves.toMatchObject({
        recovery: { undoes: id },
      });
      expect(await undosOf(id)).toHaveLength(2);
    },
  );

  it('is not done again after one that succeeded', async () => {
    const { id } = await rolledBack();
    await askUndo(flows.app, id, asked);
    await endUndo(id, 'succeeded');
    await expect(askUndo(flows.app, id, asked)).rejects.toMatchObject({ code: 'conflict' });
  });

  it.each([
    ['is in flight', { state: 'verifying', verifyInS: 60, endedAgoS: undefined }],
    ['never acted', { state: 'skipped', actedAgoS: undefined }],
    ['has no inverse', { inverse: undefined }],
  ])('refuses what %s', async (_, given) => {
    const { id } = await rolledBack(given);
    await expect(askUndo(flows.app, id, asked)).rejects.toMatchObject({ code: 'conflict' });
    expect(await undosOf(id)).toEqual([]);
  });

  it('refuses what was done where the component does not run any more', async () => {
    const { id } = await rolledBack();
    const platform = { type: 'render', service_id: 'srv-2' };
    await flows.stack.call('PUT', `/api/components/undone-${names}`, { platform });
    await expect(askUndo(flows.app, id, asked)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('moved elsewhere'),
    });
    expect(await undosOf(id)).toEqual([]);
  });

  it('refuses an id that there is not', async () => {
    await expect(askUndo(flows.app, randomUUID(), asked)).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('passes cool-downs and freezes, but not the kill switch', async () => {
    const { id } = await rolledBack();
    await flows.stack.call('POST', '/api/admin/pause', { why: 'a test' });
    await expect(askUndo(flows.app, id, asked)).rejects.toMatchObject({
      code: 'refused',
      details: { guard: 'kill_switch' },
    });
    await flows.stack.call('POST', '/api/admin/resume', { why: 'a test' });
    const ends_at = new Date(Date.now() + 3_600_000).toISOString();
    await flows.stack.call('POST', '/api/admin/freezes', { ends_at, why: 'a test' });
    await expect(askUndo(flows.app, id, asked)).resolves.toMatchObject({
      recovery: { undoes: id },
    });
  });
});

describe('undoLeft', () => {
  const WORSE = { state: 'failed', origin: 'automatic', proof: { verdict: 'worse' } };

  it('undoes what made matters worse and was left, once for five sweeps', async () => {
    const { id } = await rolledBack(WORSE);
    await Promise.all(Array.from({ length: 5 }, () => undoLeft(flows.app)));
    await undoLeft(flows.app);
    expect(await undosOf(id)).toMatchObject([{ origin: 'undo', requested_by: null }]);
    expect(flows.sent).toHaveLength(1);
  });

  it.each([
    ['merely failed', { ...WORSE, proof: { verdict: 'failed' } }],
    ['a person has asked for', { ...WORSE, origin: 'person' }],
    ['has no inverse', { ...WORSE, inverse: undefined }],
    ['is itself an undo', { ...WORSE, origin: 'undo' }],
    ['ended too long ago', { ...WORSE, endedAgoS: 3600 }],
    ['was undone already', { ...WORSE, state: 'undone' }],
  ])('leaves what %s', async (_, given) => {
    const { id } = await rolledBack(given);
    await undoLeft(flows.app);
    expect(await undosOf(id)).toEqual([]);
  });

  it('is not kept from it by another that cannot be read', async () => {
    const unread = await rolledBack({ ...WORSE, endedAgoS: 60 });
    await flows.app.sql`update recoveries set premise = '{}' where id = ${unread.id}::uuid`;
    const { id } = await rolledBack(WORSE);
    await undoLeft(flows.app);
    await flows.app.sql`delete from recoveries where id = ${unread.id}::uuid`;
    expect(await undosOf(id)).toHaveLength(1);
  });

  it('tries again after an undo that came to nothing', async () => {
    const { id } = await rolledBack(WORSE);
    await undoLeft(flows.app);
    await flows.app.sql`
      update recoveries set state = 'skipped', ended_at = now() where undoes = ${id}::uuid`;
    await undoLeft(flows.app);
    expect((await undosOf(id)).map(({ state }) => state).toSorted()).toEqual([
      'planned',
      'skipped',
    ]);
  });

  it('waits while another recovery of the component is in flight', async () => {
    const { id, componentId } = await rolledBack(WORSE);
    const other = await addRecovery(flows.app, componentId);
    await undoLeft(flows.app);
    expect(await undosOf(id)).toEqual([]);
    await flows.app.sql`
      update recoveries set state = 'skipped', ended_at = now() where id = ${other.id}::uuid`;
    await undoLeft(flows.app);
    expect(await undosOf(id)).toHaveLength(1);
    expect((await reread(flows.app, id)).state).toBe('failed');
  });
});
