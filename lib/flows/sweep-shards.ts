import type { App } from '../app.js';
import { startAt } from './start-at.js';
import { type ShardTask, sweepShard } from './sweep-shard.js';
import type { ShardSum } from './write-shard.js';

/**
 * For how long one call of the sweep begins probes, milliseconds. Whatever was not reached by then comes
 * at a later sweep: in an outage in which everything hangs a sweep must still end.
 */
const PROBING_MS = 15_000;

/**
 * Sweep some shards, one after the other, in turn: each may use its part of what is left of the time for
 * probes, and another comes first at each interval.
 */
export async function sweepShards(
  app: App,
  shards: readonly number[],
  pass: Pick<ShardTask, 'tick' | 'settings' | 'calibration'>,
): Promise<ShardSum[]> {
  const { tick, settings } = pass;
  const deadline = Date.now() + PROBING_MS;
  const turn = Math.floor(tick / settings.intervalS);
  const sums: ShardSum[] = [];
  for (const [done, shard] of startAt(shards, turn % shards.length).entries()) {
    const now = Date.now();
    const probeUntil = now + (deadline - now) / (shards.length - done);
    const swept = await sweepShard(app, { ...pass, shard, probeUntil });
    if (swept !== null) sums.push(swept);
  }
  return sums;
}
