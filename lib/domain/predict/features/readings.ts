import { BUCKETS, type MetricPast } from '../../past/past.js';
import type { Series } from '../../window.js';
import type { Group } from '../group.js';
import { quantile } from '../robust.js';
import { type Way, wayOf } from './way.js';

/** One metric on its way to its limit, as the features are made from it. */
export interface Readings {
  readonly way: Way;
  /** Points of the last horizon: horizons before the present, and the metric's unit; the newest last. */
  readonly t: readonly number[];
  readonly y: readonly number[];
  /** Whether single points mean little, so that several are averaged: an error ratio of few requests. */
  readonly isCounted: boolean;
  /**
   * The last 128 quarters of a horizon, the present one last; NaN is missing. `from` is the first that
   * belongs to the present life of the process.
   */
  readonly buckets: {
    readonly t: Float64Array;
    readonly mean: Float64Array;
    readonly min: Float64Array;
    readonly max: Float64Array;
    readonly from: number;
  };
  /** Level lived through before the oldest bucket; NaN when there is none. */
  readonly survived: number;
  /** Horizons since the component's first sample, and since its metrics began anew. */
  readonly age: number;
  readonly sinceReset: number;
  /** Horizons between two points. */
  readonly gap: number;
}

/** What readings are made from. */
export interface ReadingsInput {
  readonly group: Group;
  readonly series: Series;
  readonly past: MetricPast | undefined;
  /** The `fail` limit, in the metric's unit. */
  readonly limit: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly horizonMs: number;
  readonly firstAt: number;
  /** When the window began anew; null when it never has. */
  readonly resetAt: number | null;
  readonly cadenceMs: number;
}

/** What a latency is like when nothing is wrong: the lower tenth of the day, or of the window. */
function baseOf({ group, series, past }: ReadingsInput): number {
  if (group !== 'latency') return 0;
  const day = past?.mean.filter((value) => !Number.isNaN(value)) ?? [];
  return quantile(day.length >= 16 ? day : series.y, 0.1);
}

/** Copy the newest buckets into arrays that end with the present bucket. */
function aligned(from: readonly number[] | undefined, shift: number, way: Way): Float64Array {
  const to = new Float64Array(BUCKETS).fill(Number.NaN);
  if (from === undefined) return to;
  for (let i = 0; i < from.length; i += 1) {
    const place = i + shift;
    const value = from[i] ?? Number.NaN;
    if (place >= 0 && place < BUCKETS && !Number.isNaN(value)) to[place] = way.of(value);
  }
  return to;
}

function bucketTimes(present: number, now: number, bucketMs: number, horizonMs: number) {
  const t = new Float64Array(BUCKETS);
  for (let i = 0; i < BUCKETS; i += 1) {
    const start = (present - BUCKETS + 1 + i) * bucketMs;
    const end = Math.min(start + bucketMs, Math.max(now, start));
    t[i] = ((start + end) / 2 - now) / horizonMs;
  }
  return t;
}

/** A fall of this much of the way from one bucket to the next ones is a new life. */
const LEAST_DROP = 0.08;

/** The first bucket after the last fall of the level, in which nothing of the top before it is left. */
function afterLastDrop(max: Float64Array, mean: Float64Array): number {
  let highAfter = Number.NEGATIVE_INFINITY;
  for (let i = BUCKETS - 1; i > 0; i -= 1) {
    const top = max[i] ?? Number.NaN;
    if (!Number.isNaN(top) && top > highAfter) highAfter = top;
    const before = mean[i - 1] ?? Number.NaN;
    if (!Number.isNaN(before) && before - highAfter > LEAST_DROP) return i;
  }
  return 0;
}

/** Put one metric into the form that its features are made from. */
export function readingsOf(input: ReadingsInput): Readings {
  const { group, series, past, limit, now, horizonMs, resetAt } = input;
  const way = wayOf(group, limit, baseOf(input));
  const bucketMs = horizonMs / 4;
  const present = Math.floor(now / bucketMs);
  const shift = past === undefined ? 0 : past.last - past.mean.length - present + BUCKETS;
  const mean = aligned(past?.mean, shift, way);
  const max = aligned(past?.max, shift, way);
  const min = aligned(past?.min, shift, way);
  let first = series.at.length;
  while (first > 0 && (series.at[first - 1] ?? 0) > now - 1.1 * horizonMs) first -= 1;
  const resetBucket = resetAt === null ? 0 : Math.floor(resetAt / bucketMs) - present + BUCKETS - 1;
  const drop = way.isLinear ? afterLastDrop(max, mean) : 0;
  const from = Math.max(0, resetBucket, drop);
  const age = Math.max(0, now - input.firstAt) / horizonMs;
  return {
    way,
    t: series.at.slice(first).map((at) => (at - now) / horizonMs),
    y: series.y.slice(first),
    isCounted: group === 'errors',
    buckets: { t: bucketTimes(present, now, bucketMs, horizonMs), mean, min, max, from },
    survived:
      past === undefined || Number.isNaN(past.survived) ? Number.NaN : way.of(past.survived),
    age,
    sinceReset: Math.min(age, from === 0 ? age : (BUCKETS - from) / 4),
    gap: input.cadenceMs / horizonMs,
  };
}
