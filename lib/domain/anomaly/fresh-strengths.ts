import type { MetricPast } from '../past/past.js';
import type { Series } from '../window.js';
import type { Records, Strength } from './anomaly.js';
import { pointStrengths } from './point-strengths.js';
import { seasonStrengths } from './season-strengths.js';

/** What one metric is judged by. */
export interface MetricInput {
  readonly series: Series;
  /** The past, with the window folded into it; absent without one. */
  readonly past: MetricPast | undefined;
  readonly bucketMs: number;
  readonly horizonMs: number;
  /** What was kept at the last assessment; absent the first time. */
  readonly before: Records | undefined;
}

/** A strength, when it was, and whether no earlier assessment has judged it. */
export interface Told extends Strength {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly isFresh: boolean;
}

/** The newest bucket of the past, which may not be closed yet. */
export function openBucket({ past }: MetricInput): number {
  return past?.last ?? 0;
}

/** The strengths of all that came since the last assessment, and of the newest point and bucket in any case. */
export function freshStrengths(input: MetricInput): Told[] {
  return [...ofPoints(input), ...ofBuckets(input)];
}

function ofPoints({ series, before }: MetricInput): Told[] {
  const { at, y } = series;
  const since = before?.at ?? Number.NEGATIVE_INFINITY;
  const strengths = pointStrengths(y);
  const told: Told[] = [];
  for (let i = at.length - 1; i >= 0; i -= 1) {
    const when = at[i] ?? 0;
    const isFresh = when > since;
    if (!isFresh && i < at.length - 1) break;
    for (const one of strengths(i)) told.push({ ...one, at: when, isFresh });
  }
  return told.reverse();
}

function ofBuckets(input: MetricInput): Told[] {
  const { past, before, bucketMs } = input;
  const since = before?.bucket ?? Number.NEGATIVE_INFINITY;
  const open = openBucket(input);
  // Between two closed buckets nothing new can be said.
  if (since >= open - 1) return [];
  return seasonStrengths(past, open)
    .filter(({ bucket }) => bucket > since)
    .map(({ bucket, ...one }) => ({ ...one, at: (bucket + 1) * bucketMs, isFresh: true }));
}
