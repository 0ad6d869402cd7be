import { type MetricPast, PER_HORIZON } from '../past/past.js';
import type { Strength } from './anomaly.js';
import { scatterOf } from './scatter.js';

/** Buckets of a day of horizons. */
const DAY = 24 * PER_HORIZON;
/** Pairs of buckets, a day apart, without which nothing is known of a season. */
const LEAST_PAIRS = 12;

/** A bucket against yesterday's. */
export interface SeasonStrength extends Strength {
  readonly bucket: number;
}

/**
 * How unusual the closed buckets of the past are beside the same time of yesterday: what a day's change
 * differs from the usual change of a day, in its scatter.
 *
 * @param open - index of the bucket that is not closed yet
 */
export function seasonStrengths(past: MetricPast | undefined, open: number): SeasonStrength[] {
  if (past === undefined) return [];
  const { mean, last } = past;
  const pairs = mean.flatMap((value, i) => {
    const usual = mean[i - DAY] ?? Number.NaN;
    const bucket = last - mean.length + 1 + i;
    return bucket < open && Number.isFinite(value - usual) ? [{ bucket, value, usual }] : [];
  });
  if (pairs.length < LEAST_PAIRS) return [];
  const { centre, scale } = scatterOf(pairs.map(({ value, usual }) => value - usual));
  if (!(scale > 0)) return [];
  return pairs.map((pair) => ({
    ...pair,
    detector: 'seasonal residual',
    strength: Math.abs(pair.value - pair.usual - centre) / scale,
  }));
}
