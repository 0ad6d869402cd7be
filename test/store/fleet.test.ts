import { beforeEach, describe, expect, it } from 'vitest';
import { forsakeShard, leaseShard, releaseShard } from '../../lib/store/component-state.js';
import { fleetNow, shardsAt } from '../../lib/store/fleet.js';
import { addComponent, addIncident, storeDatabase } from './fixtures.js';

const { sql } = await storeDatabase();

beforeEach(async () => {
  await sql`truncate components, sweep_shards restart identity cascade`;
});

describe('fleetNow', () => {
  it('answers an empty fleet', async () => {
    const at = new Date('2026-03-01T12:00:00Z');
    expect(await fleetNow(sql, 2, at)).toEqual({ now: at, components: 0, bad: 0, shards: [] });
  });

  it('counts those that are there, those with an open incident, and names their shards', async () => {
    const all = await Promise.all(Array.from({ length: 6 }, () => addComponent(sql)));
    const [first] = all.map(({ id }) => id).toSorted((a, b) => a - b);
    await addIncident(sql, first ?? 0);
    // What is open of one that is gone does not count.
    await addIncident(sql, 4);
    await sql`update components set removed_at = now() where id in (3, 4, 5)`;
    expect(await fleetNow(sql, 2, null)).toEqual({
      now: expect.any(Date),
      components: 3,
      bad: 1,
      shards: [0, 2],
    });
  });

  it.each([
    { shardSize: 1, shards: [0, 1, 2] },
    { shardSize: 2, shards: [0, 1] },
    { shardSize: 3, shards: [0] },
    { shardSize: 500, shards: [0] },
  ])('parts three components by $shardSize into $shards', async ({ shardSize, shards }) => {
    await Promise.all(Array.from({ length: 3 }, () => addComponent(sql)));
    expect((await fleetNow(sql, shardSize, null)).shards).toEqual(shards);
  });
});

describe('shardsAt', () => {
  it('answers the shards that were swept to their end, for an interval or a later one', async () => {
    const sweep = async (shard: number, tick: number) => {
      const lease = await leaseShard(sql, { shard, tick, leaseS: 600 });
      if (lease === null) throw new Error('the shard should be free');
      return lease;
    };
    await releaseShard(sql, await sweep(0, 7));
    await releaseShard(sql, await sweep(1, 8));
    await releaseShard(sql, await sweep(2, 6));
    await sweep(3, 7);
    // One whose worker was killed: its lease has run out, and nothing was written.
    await leaseShard(sql, { shard: 4, tick: 7, leaseS: 0 });
    await forsakeShard(sql, await sweep(5, 7));
    // One that was swept, and is being swept for a later interval.
    await releaseShard(sql, await sweep(6, 7));
    await sweep(6, 8);
    expect([...(await shardsAt(sql, 7))].toSorted()).toEqual([0, 1, 6]);
    expect([...(await shardsAt(sql, 9))]).toEqual([]);
  });
});
