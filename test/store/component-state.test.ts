import { describe, expect, it } from 'vitest';
import { NO_MEMORY } from '../../lib/domain/decide/memory.js';
import {
  type ComponentState,
  forsakeShard,
  holdShard,
  type Lease,
  leaseShard,
  putStates,
  readLastSeen,
  releaseShard,
  resetWindow,
} from '../../lib/store/component-state.js';
import { sqlState } from '../../lib/store/sql.js';
import { goodEvidence } from '../domain/decide/build.js';
import { addComponent, PREMISE, storeDatabase } from './fixtures.js';
import { race, times } from './race.js';

const { sql, database } = await storeDatabase();

let shards = 0;

/** A lease of a shard that no other test has. */
async function lease(): Promise<Lease> {
  shards += 1;
  const taken = await leaseShard(sql, { shard: shards, tick: 1, leaseS: 60 });
  if (taken === null) throw new Error('a new shard should be free');
  return taken;
}

const at = new Date('2026-03-01T12:00:00Z');
const hours = (count: number): Date => new Date(at.getTime() + count * 3_600_000);

function state(componentId: number, changes: Partial<ComponentState> = {}): ComponentState {
  return {
    componentId,
    memory: NO_MEMORY,
    past: null,
    assessment: { health_score: 100, time_to_failure_s: null },
    evidence: goodEvidence(),
    premise: PREMISE,
    assessedAt: at,
    firstSampleAt: null,
    lastSampleAt: null,
    checkedHour: null,
    ...changes,
  };
}

async function kept(componentId: number) {
  const [row] = await sql`
    select
      generation::int, assessment, assessed_at as "assessedAt", first_sample_at as "firstSampleAt",
      last_sample_at as "lastSampleAt", checked_hour as "checkedHour", reset_at as "resetAt"
    from component_state
    where component_id = ${componentId}::int`;
  return row;
}

describe('leaseShard', () => {
  it('gives a shard that was never swept to one of ten', async () => {
    shards += 1;
    const wanted = { shard: shards, tick: 7, leaseS: 60 };
    const taken = await race(
      database,
      'lock table sweep_shards in share mode',
      times(10, () => leaseShard(sql, wanted)),
    );
    expect(taken.filter((one) => one !== null)).toEqual([{ shard: shards, generation: '1' }]);
  });

  it('gives the next interval to one of ten, with a higher generation', async () => {
    const { shard } = await lease();
    await releaseShard(sql, { shard, generation: '1' });
    const taken = await race(
      database,
      `select 1 from sweep_shards where shard = ${shard} for update`,
      times(10, () => leaseShard(sql, { shard, tick: 2, leaseS: 60 })),
    );
    expect(taken.filter((one) => one !== null)).toEqual([{ shard, generation: '2' }]);
  });

  it.each([
    { what: 'the same interval', tick: 1, released: true, given: false },
    { what: 'an earlier interval', tick: 0, released: true, given: false },
    { what: 'the next interval while it is being swept', tick: 2, released: false, given: false },
    { what: 'the next interval', tick: 2, released: true, given: true },
  ])('answers $given for $what', async ({ tick, released, given }) => {
    const held = await lease();
    if (released) await releaseShard(sql, held);
    const next = await leaseShard(sql, { shard: held.shard, tick, leaseS: 60 });
    expect(next !== null).toBe(given);
  });

  it.each([
    { what: 'the same interval, which was not swept to its end', tick: 1, given: true },
    { what: 'the next interval', tick: 2, given: true },
    { what: 'an earlier interval', tick: 0, given: false },
  ])('answers $given for a lease that ran out, and $what', async ({ tick, given }) => {
    shards += 1;
    await leaseShard(sql, { shard: shards, tick: 1, leaseS: 0 });
    const next = await leaseShard(sql, { shard: shards, tick, leaseS: 60 });
    expect(next).toEqual(given ? { shard: shards, generation: '2' } : null);
  });
});

describe('releaseShard', () => {
  it('leaves a lease that was taken over', async () => {
    const old = await lease();
    await releaseShard(sql, old);
    const present = await leaseShard(sql, { shard: old.shard, tick: 2, leaseS: 60 });
    await releaseShard(sql, old);
    expect(await leaseShard(sql, { shard: old.shard, tick: 3, leaseS: 60 })).toBeNull();
    expect(present?.generation).toBe('2');
  });
});

describe('forsakeShard', () => {
  it('lets the interval be swept again at once, and leaves a lease that was taken over', async () => {
    const old = await lease();
    await forsakeShard(sql, old);
    const present = await leaseShard(sql, { shard: old.shard, tick: 1, leaseS: 60 });
    expect(present?.generation).toBe('2');
    await forsakeShard(sql, old);
    expect(await leaseShard(sql, { shard: old.shard, tick: 1, leaseS: 60 })).toBeNull();
  });
});

describe('holdShard', () => {
  it('ends the transaction of a worker whose lease was taken over', async () => {
    const { id } = await addComponent(sql);
    const old = await lease();
    await sql.transaction([holdShard(sql, old), putStates(sql, old, [state(id)])]);
    expect(await kept(id)).toMatchObject({ generation: 1 });
    await releaseShard(sql, old);
    await leaseShard(sql, { shard: old.shard, tick: 2, leaseS: 60 });
    const late = sql.transaction([
      putStates(sql, old, [state(id, { assessedAt: hours(1) })]),
      holdShard(sql, old),
    ]);
    expect(await late.catch(sqlState)).toBe('FS001');
    expect(await kept(id)).toMatchObject({ assessedAt: at });
  });
});

describe('putStates', () => {
  it('keeps the oldest and the newest sample, and what was seen last of all else', async () => {
    const { id } = await addComponent(sql);
    const held = await lease();
    const first = { firstSampleAt: hours(0), lastSampleAt: hours(5), checkedHour: hours(1) };
    await putStates(sql, held, [state(id, first)]);
    const second = {
      firstSampleAt: hours(2),
      lastSampleAt: hours(4),
      checkedHour: hours(2),
      assessedAt: hours(6),
      assessment: { health_score: 50 },
    };
    await putStates(sql, held, [state(id, second)]);
    expect(await kept(id)).toEqual({
      generation: 1,
      assessment: { health_score: 50 },
      assessedAt: hours(6),
      firstSampleAt: hours(0),
      lastSampleAt: hours(5),
      checkedHour: hours(2),
      resetAt: null,
    });
  });

  it('keeps samples that were known when none are seen any more', async () => {
    const { id } = await addComponent(sql);
    const held = await lease();
    await putStates(sql, held, [state(id, { firstSampleAt: hours(0), lastSampleAt: hours(1) })]);
    await putStates(sql, held, [state(id)]);
    expect(await kept(id)).toMatchObject({ firstSampleAt: hours(0), lastSampleAt: hours(1) });
  });

  it('leaves a row that was written under a later lease', async () => {
    const { id } = await addComponent(sql);
    const old = await lease();
    await putStates(sql, { ...old, generation: '2' }, [state(id)]);
    await putStates(sql, old, [state(id, { assessedAt: hours(1) })]);
    expect(await kept(id)).toMatchObject({ generation: 2, assessedAt: at });
  });

  it('keeps nothing of a component that is removed meanwhile', async () => {
    const [gone, stays] = [await addComponent(sql), await addComponent(sql)];
    const held = await lease();
    await race(
      database,
      `update components set removed_at = now() where id = ${gone.id}`,
      times(1, () => putStates(sql, held, [state(gone.id), state(stays.id)])),
    );
    expect(await kept(gone.id)).toBeUndefined();
    expect(await kept(stays.id)).toMatchObject({ generation: 1 });
  });

  it('writes many at once, and nothing when it is given nothing', async () => {
    const held = await lease();
    const many = await Promise.all(Array.from({ length: 20 }, () => addComponent(sql)));
    await putStates(
      sql,
      held,
      many.map(({ id }) => state(id)),
    );
    await putStates(sql, held, []);
    const ids = many.map(({ id }) => id);
    expect((await readLastSeen(sql, ids)).size).toBe(20);
  });
});

describe('resetWindow', () => {
  it('lets the windows of one component begin anew, and stays through sweeps', async () => {
    const [one, other] = [await addComponent(sql), await addComponent(sql)];
    const held = await lease();
    await putStates(sql, held, [state(one.id), state(other.id)]);
    await resetWindow(sql, one.id);
    await putStates(sql, held, [state(one.id)]);
    expect(await kept(one.id)).toMatchObject({ resetAt: expect.any(Date) });
    expect(await kept(other.id)).toMatchObject({ resetAt: null });
  });
});

describe('readLastSeen', () => {
  it('answers what the last sweep left, by component', async () => {
    const { id } = await addComponent(sql);
    const premise = { ...PREMISE, probability: 0.7, metrics: { cpu_usage: 97 } };
    const timeToFailureS = { low: 600, likely: 1200, high: 2400 };
    const seen = state(id, {
      memory: { ...NO_MEMORY, bad: 3 },
      premise,
      lastSampleAt: at,
      assessment: { time_to_failure_s: timeToFailureS },
    });
    await putStates(sql, await lease(), [seen]);
    expect((await readLastSeen(sql, [id])).get(id)).toEqual({
      componentId: id,
      memory: { ...NO_MEMORY, bad: 3 },
      evidence: goodEvidence(),
      premise,
      lastSampleAt: at,
      timeToFailureS,
    });
  });

  it('answers null for a failure that nothing is known of, and nothing for the unseen', async () => {
    const { id } = await addComponent(sql);
    await putStates(sql, await lease(), [state(id, { assessment: {} })]);
    const unseen = await addComponent(sql);
    const found = await readLastSeen(sql, [id, unseen.id]);
    expect([...found.keys()]).toEqual([id]);
    expect(found.get(id)).toMatchObject({ timeToFailureS: null, lastSampleAt: null });
    expect((await readLastSeen(sql, [])).size).toBe(0);
  });
});
