import { LONG, long } from './long.js';
import { MEMORY, memoryOf } from './memory-of.js';
import type { Readings } from './readings.js';
import { RECENT, recent } from './recent.js';

/** What the lines of all lengths say together. */
const TOGETHER = ['ttl_together', 'ttl_sure'] as const;

/** Names of the features, in their order. */
export const FEATURES = [...RECENT, ...LONG, ...MEMORY, ...TOGETHER] as const;

/** A feature's name. */
export type FeatureName = (typeof FEATURES)[number];

/** Where a feature stands. */
export const AT: Readonly<Record<FeatureName, number>> = Object.fromEntries(
  FEATURES.map((name, i) => [name, i]),
) as Record<FeatureName, number>;

const LINES = ['15m', '30m', '60m', '2h', '4h', '8h', '16h', '32h', 'life'] as const;
const PAIRS = LINES.map((name) => [AT[`ttl_${name}`], AT[`t_${name}`]] as const);

/** A line counts from this standard score on, and is sure from that on. */
const COUNTS = 2;
const IS_SURE = 6;
/** A line of more than this score counts no more. */
const MOST_WEIGHT = 10;

/** The mean of the lines' logarithmic times, weighted by how sure they are, and the least of the sure ones. */
function together(out: number[]): void {
  let weights = 0;
  let sum = 0;
  let least = Math.log(300);
  for (const [ttlAt, tAt] of PAIRS) {
    const [ttl, t] = [out[ttlAt] ?? 0, out[tAt] ?? 0];
    const weight = Math.min(MOST_WEIGHT, Math.max(0, t - COUNTS));
    weights += weight;
    sum += weight * ttl;
    if (t >= IS_SURE && ttl < least) least = ttl;
  }
  out.push(weights === 0 ? Math.log(300) : sum / weights, least);
}

/**
 * The features of one metric: how far, how fast, how sure, how new, and what yesterday was like.
 *
 * All are finite. Times are logarithms of horizons, levels shares of the way to the limit.
 */
export function featuresOf(readings: Readings): number[] {
  const out: number[] = [];
  recent(readings, out);
  const now = out[AT.now] ?? 0;
  long(readings, now, out);
  memoryOf(readings, now, out);
  together(out);
  return out;
}
