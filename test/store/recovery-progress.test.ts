import { describe, expect, it } from 'vitest';
import type { RecoveryState } from '../../lib/domain/decide/recovery.js';
import { findRecovery } from '../../lib/store/recoveries.js';
import { claimExecution } from '../../lib/store/recovery-claims.js';
import {
  endRecovery,
  type Held,
  holdRecovery,
  keepCall,
  keepPrepared,
  markUndone,
  postponeVerification,
  recordActed,
  releaseExecution,
} from '../../lib/store/recovery-progress.js';
import { type Row, sqlState } from '../../lib/store/sql.js';
import { recoveryIn, stateOf, storeDatabase, tokenOf } from './fixtures.js';
import { race, times } from './race.js';

const { sql, database } = await storeDatabase();

const rowOf = (id: string): string => `select 1 from recoveries where id = '${id}' for update`;
const acted = { result: { success: true, status_code: 200 }, settleS: 120 } as const;
const prepared = {
  before: { deploy: 'dep-2' },
  after: { deploy: 'dep-1' },
  inverse: { name: 'rollback', rollback_type: 'deployment', to: 'dep-2' },
} as const;

const won = (all: readonly Row[][]): Row[][] => all.filter((rows) => rows.length > 0);

async function publish(id: string): Promise<void> {
  await sql`update recoveries set published_at = now() where id = ${id}::uuid`;
}

async function isPublished(id: string): Promise<boolean> {
  const [row] = await sql`
    select published_at is not null as published
    from recoveries
    where id = ${id}::uuid`;
  return row?.['published'] === true;
}

describe('keepPrepared', () => {
  it('keeps what stood before and how to put it back', async () => {
    const held = await recoveryIn(sql, 'executing');
    expect(await keepPrepared(sql, held, prepared)).toEqual([{ id: held.id }]);
    expect(await findRecovery(sql, held.id)).toMatchObject({ ...prepared, state: 'executing' });
  });

  it('keeps nothing where nothing can be put back', async () => {
    const held = await recoveryIn(sql, 'executing');
    await keepPrepared(sql, held, { before: null, after: null, inverse: null });
    const found = await findRecovery(sql, held.id);
    expect(found).toMatchObject({ before: null, after: null, inverse: null });
  });
});

describe('keepPrepared and keepCall', () => {
  it('let no call begin while everything is paused', async () => {
    const held = await recoveryIn(sql, 'executing');
    await sql`update control set paused = true`;
    const kept = [await keepPrepared(sql, held, prepared), await keepCall(sql, held)];
    await sql`update control set paused = false`;
    expect(kept).toEqual([[], []]);
    expect(await findRecovery(sql, held.id)).toMatchObject({ before: null, calledAt: null });
  });
});

describe('keepCall', () => {
  it('keeps when the executor called last', async () => {
    const held = await recoveryIn(sql, 'executing');
    expect(await findRecovery(sql, held.id)).toMatchObject({ calledAt: null });
    await keepPrepared(sql, held, prepared);
    const first = (await findRecovery(sql, held.id))?.calledAt;
    expect(await keepCall(sql, held)).toEqual([{ id: held.id }]);
    const found = await findRecovery(sql, held.id);
    expect(found).toMatchObject(prepared);
    expect(found?.calledAt?.getTime()).toBeGreaterThanOrEqual(first?.getTime() ?? Infinity);
  });
});

describe('releaseExecution', () => {
  it('lets another attempt take over at once, which the queue brings by itself', async () => {
    const held = await recoveryIn(sql, 'executing');
    expect(await releaseExecution(sql, held, 'the platform was away')).toEqual([{ id: held.id }]);
    expect(await isPublished(held.id)).toBe(true);
    expect(await findRecovery(sql, held.id)).toMatchObject({ error: 'the platform was away' });
    expect(await claimExecution(sql, held.id, 60)).toMatchObject({ token: 3, attempts: 2 });
  });
});

describe('recordActed', () => {
  it('leads from executing to verifying, once for ten who hold the same token', async () => {
    const held = await recoveryIn(sql, 'executing');
    await publish(held.id);
    await releaseExecution(sql, held, 'a first try');
    const all = await race(
      database,
      rowOf(held.id),
      times(10, () => recordActed(sql, held, acted)),
    );
    expect(won(all)).toEqual([[{ id: held.id }]]);
    const found = await findRecovery(sql, held.id);
    expect(found).toMatchObject({
      state: 'verifying',
      token: 2,
      result: acted.result,
      error: null,
      claimedUntil: null,
    });
    const { verifyAt, actedAt } = found ?? {};
    expect((verifyAt?.getTime() ?? 0) - (actedAt?.getTime() ?? 0)).toBe(120_000);
    expect(await isPublished(held.id)).toBe(false);
  });

  it('and a takeover at once leave one holder', async () => {
    const held = await recoveryIn(sql, 'executing');
    await releaseExecution(sql, held, 'slow');
    const [recorded, taken] = await race<unknown>(database, rowOf(held.id), [
      () => recordActed(sql, held, acted),
      () => claimExecution(sql, held.id, 60),
    ]);
    const state = await stateOf(sql, held.id);
    expect(['verifying', 'executing']).toContain(state);
    expect(recorded).toEqual(state === 'verifying' ? [{ id: held.id }] : []);
    expect(taken === null).toBe(state === 'verifying');
  });
});

describe('postponeVerification', () => {
  it('puts a verification off, once for ten deliveries of its message', async () => {
    const held = await recoveryIn(sql, 'verifying');
    await publish(held.id);
    const due = (await findRecovery(sql, held.id))?.verifyAt;
    const all = await race(
      database,
      rowOf(held.id),
      times(10, () => postponeVerification(sql, held, 30)),
    );
    expect(won(all)).toEqual([[{ id: held.id }]]);
    const found = await findRecovery(sql, held.id);
    expect(found).toMatchObject({ state: 'verifying', token: held.token + 1 });
    expect(found?.verifyAt?.getTime()).toBeGreaterThan(due?.getTime() ?? Infinity);
    expect(await isPublished(held.id)).toBe(false);
  });

  it('keeps when it was due first', async () => {
    const { id, token } = await recoveryIn(sql, 'verifying');
    const due = (await findRecovery(sql, id))?.verifyAt;
    await postponeVerification(sql, { id, token }, 30);
    await postponeVerification(sql, { id, token: token + 1 }, 30);
    const kept = (await findRecovery(sql, id))?.proof?.['first_verify_at'];
    expect(new Date(String(kept))).toEqual(due);
  });
});

const ENDS = [
  { from: 'planned', to: 'skipped' },
  { from: 'planned', to: 'expired' },
  { from: 'planned', to: 'failed' },
  { from: 'awaiting_approval', to: 'skipped' },
  { from: 'awaiting_approval', to: 'expired' },
  { from: 'awaiting_approval', to: 'failed' },
  { from: 'executing', to: 'skipped' },
  { from: 'executing', to: 'failed' },
  { from: 'executing', to: 'expired' },
  { from: 'verifying', to: 'succeeded' },
  { from: 'verifying', to: 'failed' },
] as const;

describe('endRecovery', () => {
  it.each(ENDS)('leads from $from to $to, once for ten', async ({ from, to }) => {
    const held = await recoveryIn(sql, from);
    const all = await race(
      database,
      rowOf(held.id),
      times(10, (i) =>
        endRecovery(sql, held, { from: [from], to, error: `${i}`, proof: { by: i } }),
      ),
    );
    const winner = all.findIndex((rows) => rows.length > 0);
    expect(won(all)).toEqual([[{ id: held.id }]]);
    expect(await findRecovery(sql, held.id)).toMatchObject({
      state: to,
      token: held.token + 1,
      claimedUntil: null,
      endedAt: expect.any(Date),
      error: `${winner}`,
      proof: { by: winner },
    });
  });

  it('leaves one of two different ends', async () => {
    const held = await recoveryIn(sql, 'verifying');
    const end = (to: 'succeeded' | 'failed') => () =>
      endRecovery(sql, held, { from: ['verifying'], to, error: null });
    const all = await race(database, rowOf(held.id), [end('succeeded'), end('failed')]);
    expect(won(all)).toHaveLength(1);
    expect(await stateOf(sql, held.id)).toBe(all[0]?.length === 1 ? 'succeeded' : 'failed');
  });

  it('keeps proof and result where it is given none', async () => {
    const held = await recoveryIn(sql, 'verifying');
    await postponeVerification(sql, held, 0);
    const next = { id: held.id, token: held.token + 1 };
    await endRecovery(sql, next, { from: ['verifying'], to: 'succeeded', error: null });
    const found = await findRecovery(sql, held.id);
    expect(found?.result).toEqual({ success: true });
    expect(found?.proof).toHaveProperty('first_verify_at');
  });

  it.each<RecoveryState>([
    'planned',
    'awaiting_approval',
    'executing',
    'succeeded',
    'failed',
    'undone',
    'skipped',
    'expired',
  ])('changes nothing about one that is %s when it should be verifying', async (state) => {
    const held = await recoveryIn(sql, state);
    const before = await findRecovery(sql, held.id);
    const end = { from: ['verifying'], to: 'succeeded', error: null } as const;
    expect(await endRecovery(sql, held, end)).toEqual([]);
    expect(await findRecovery(sql, held.id)).toEqual(before);
  });
});

describe('a superseded holder', () => {
  it.each([
    {
      what: 'keepPrepared',
      state: 'executing',
      write: (held: Held) => keepPrepared(sql, held, prepared),
    },
    {
      what: 'releaseExecution',
      state: 'executing',
      write: (held: Held) => releaseExecution(sql, held, 'late'),
    },
    {
      what: 'recordActed',
      state: 'executing',
      write: (held: Held) => recordActed(sql, held, acted),
    },
    {
      what: 'postponeVerification',
      state: 'verifying',
      write: (held: Held) => postponeVerification(sql, held, 9),
    },
    {
      what: 'endRecovery',
      state: 'verifying',
      write: (held: Held) =>
        endRecovery(sql, held, { from: ['verifying'], to: 'failed', error: null }),
    },
    { what: 'keepCall', state: 'executing', write: (held: Held) => keepCall(sql, held) },
  ] as const)('changes nothing by $what', async ({ state, write }) => {
    const { id, token } = await recoveryIn(sql, state);
    const before = await findRecovery(sql, id);
    expect(await write({ id, token: token - 1 })).toEqual([]);
    expect(await write({ id, token: token + 1 })).toEqual([]);
    expect(await findRecovery(sql, id)).toEqual(before);
  });

  it.each([
    { what: 'keepPrepared', write: (held: Held) => keepPrepared(sql, held, prepared) },
    { what: 'releaseExecution', write: (held: Held) => releaseExecution(sql, held, 'late') },
    { what: 'keepCall', write: (held: Held) => keepCall(sql, held) },
    { what: 'recordActed', write: (held: Held) => recordActed(sql, held, acted) },
  ])('changes nothing by $what once it is verified', async ({ write }) => {
    const held = await recoveryIn(sql, 'verifying');
    const before = await findRecovery(sql, held.id);
    expect(await write(held)).toEqual([]);
    expect(await findRecovery(sql, held.id)).toEqual(before);
  });
});

describe('markUndone', () => {
  it.each(['failed', 'succeeded'] as const)(
    'leads from %s to undone, once for ten',
    async (state) => {
      const { id, token } = await recoveryIn(sql, state);
      const endedAt = (await findRecovery(sql, id))?.endedAt;
      await race(
        database,
        rowOf(id),
        times(10, () => markUndone(sql, id)),
      );
      const found = await findRecovery(sql, id);
      expect(found).toMatchObject({ state: 'undone', token: token + 1, endedAt });
    },
  );

  it.each([
    'planned',
    'awaiting_approval',
    'executing',
    'verifying',
    'skipped',
    'expired',
  ] as const)('leaves one that is %s', async (state) => {
    const { id } = await recoveryIn(sql, state);
    await markUndone(sql, id);
    expect(await stateOf(sql, id)).toBe(state);
  });
});

describe('holdRecovery', () => {
  const tell = (id: string) => sql`insert into audit (who, what) values (${id}::text, 'told')`;
  const told = async (id: string): Promise<number> =>
    (await sql`select 1 from audit where who = ${id}::text`).length;

  it('lets a transaction go on while the recovery is where it is said to be', async () => {
    const held = await recoveryIn(sql, 'verifying');
    await sql.transaction([holdRecovery(sql, held, 'verifying'), tell(held.id)]);
    expect(await told(held.id)).toBe(1);
  });

  it.each([
    { what: 'another state', of: ({ id, token }: Held) => ({ id, token }), state: 'executing' },
    {
      what: 'an older token',
      of: ({ id, token }: Held) => ({ id, token: token - 1 }),
      state: 'verifying',
    },
    {
      what: 'no such recovery',
      of: ({ token }: Held) => ({ id: crypto.randomUUID(), token }),
      state: 'verifying',
    },
  ] as const)('ends it for $what, with all that was told', async ({ of, state }) => {
    const held = await recoveryIn(sql, 'verifying');
    const ended = sql.transaction([tell(held.id), holdRecovery(sql, of(held), state)]);
    await expect(ended.catch(sqlState)).resolves.toBe('FS001');
    expect(await told(held.id)).toBe(0);
  });

  it('before a change lets one of ten make it, and the others tell nothing', async () => {
    const held = await recoveryIn(sql, 'verifying');
    const end = { from: ['verifying'], to: 'succeeded', error: null } as const;
    const ended = await race(
      database,
      rowOf(held.id),
      times(10, () =>
        sql
          .transaction([
            holdRecovery(sql, held, 'verifying'),
            endRecovery(sql, held, end),
            tell(held.id),
          ])
          .then(() => 'ended', sqlState),
      ),
    );
    expect(ended.toSorted()).toEqual([...Array(9).fill('FS001'), 'ended']);
    expect(await told(held.id)).toBe(1);
    expect(await tokenOf(sql, held.id)).toBe(held.token + 1);
  });
});
