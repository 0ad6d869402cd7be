import { missing } from '../../past/missing.js';
import { BUCKETS, type MetricPast, PER_HORIZON } from '../../past/past.js';
import type { Series } from '../../window.js';
import type { Group } from '../group.js';
import { quantile } from '../robust.js';
import { type Way, wayOf } from './way.js';

/** One metric on its way to its limit, as the features are made from it. */
export interface Readings {
  readonly way: Way;
  readonly series: Series;
  /** Place of the first point of the last horizon; the number of points where there is none. */
  readonly first: number;
  /** Milliseconds since the epoch, and those of one horizon. */
  readonly now: number;
  readonly horizonMs: number;
  /** Whether single points mean little, so that several are averaged: an error ratio of few requests. */
  readonly isCounted: boolean;
  /**
   * The last 128 quarters of a horizon, the present one last; NaN is missing. `known` is the first that may
   * hold anything, `from` the first that belongs to the present life of the process.
   */
  readonly buckets: {
    /** Horizons before the present, of the middle of each. */
    readonly t: readonly number[];
    readonly mean: readonly number[];
    readonly min: readonly number[];
    readonly max: readonly number[];
    readonly known: number;
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
  /** The present, in milliseconds since the epoch. */
  readonly present: Present;
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

/** The present, and the times of the buckets that end with it: the same for all metrics. */
export interface Present {
  /** Milliseconds since the epoch, and those of one horizon. */
  readonly now: number;
  readonly horizonMs: number;
  /** Index of the present bucket: its instant over the bucket's length, whole. */
  readonly bucket: number;
  /** Horizons before the present, of the middle of each bucket. */
  readonly t: readonly number[];
}

/** Copied, for that is faster than filling. */
const EMPTY: readonly number[] = missing(BUCKETS);

/** The present at an instant. @param horizonS - the horizon of the level critical, seconds */
export function presentOf(now: Date, horizonS: number): Present {
  const horizonMs = horizonS * 1000;
  const bucketMs = horizonMs / PER_HORIZON;
  const at = now.getTime();
  const bucket = Math.floor(at / bucketMs);
  const t = EMPTY.slice();
  for (let i = 0; i < BUCKETS; i += 1) {
    const start = (bucket - BUCKETS + 1 + i) * bucketMs;
    const end = Math.min(start + bucketMs, Math.max(at, start));
    t[i] = ((start + end) / 2 - at) / horizonMs;
  }
  return { now: at, horizonMs, bucket, t };
}

/** The newest buckets on their way to the limit, in arrays that end with the present bucket. */
function aligned(past: MetricPast | undefined, way: Way, present: number) {
  const mean = EMPTY.slice();
  const min = EMPTY.slice();
  const max = EMPTY.slice();
  if (past === undefined) return { mean, min, max, known: BUCKETS };
  const { length } = past.mean;
  const shift = past.last - length - present + BUCKETS;
  const known = Math.max(0, shift);
  for (let place = known; place < Math.min(BUCKETS, shift + length); place += 1) {
    const value = past.mean[place - shift] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    mean[place] = way.of(value);
    min[place] = way.of(past.min[place - shift] ?? value);
    max[place] = way.of(past.max[place - shift] ?? value);
  }
  return { mean, min, max, known: Math.min(BUCKETS, known) };
}

/** A fall of this much of the way from one bucket to the next ones is a new life. */
const LEAST_DROP = 0.08;

/** The first bucket after the last fall of the level, in which nothing of the top before it is left. */
function afterLastDrop(max: readonly number[], mean: readonly number[], known: number): number {
  let highAfter = Number.NEGATIVE_INFINITY;
  for (let i = BUCKETS - 1; i > known; i -= 1) {
    const top = max[i] ?? Number.NaN;
    if (!Number.isNaN(top) && top > highAfter) highAfter = top;
    const before = mean[i - 1] ?? Number.NaN;
    if (!Number.isNaN(before) && before - highAfter > LEAST_DROP) return i;
  }
  return 0;
}

/** Put one metric into the form that its features are made from. */
export function readingsOf(input: ReadingsInput): Readings {
  const { group, series, past, limit, resetAt, present } = input;
  const { now, horizonMs, bucket, t } = present;
  const way = wayOf(group, limit, baseOf(input));
  const { mean, min, max, known } = aligned(past, way, bucket);
  let first = series.at.length;
  while (first > 0 && (series.at[first - 1] ?? 0) > now - 1.1 * horizonMs) first -= 1;
  const bucketMs = horizonMs / PER_HORIZON;
  const resetBucket = resetAt === null ? 0 : Math.floor(resetAt / bucketMs) - bucket + BUCKETS - 1;
  const drop = way.isLinear ? afterLastDrop(max, mean, known) : 0;
  const from = Math.max(0, resetBucket, drop);
  const age = Math.max(0, now - input.firstAt) / horizonMs;
  return {
    way,
    series,
    first,
    now,
    horizonMs,
    isCounted: group === 'errors',
    buckets: { t, mean, min, max, known, from },
    survived:
      past === undefined || Number.isNaN(past.survived) ? Number.NaN : way.of(past.survived),
    age,
    sinceReset: Math.min(age, from === 0 ? age : (BUCKETS - from) / PER_HORIZON),
    gap: input.cadenceMs / horizonMs,
  };
}
