import type { Series, Window } from '../window.js';
import { missing } from './missing.js';
import { BUCKETS, type MetricPast, NO_PAST, type Past, PER_HORIZON } from './past.js';

/** What the points of one bucket come to. */
interface Bucket {
  readonly index: number;
  sum: number;
  points: number;
  min: number;
  max: number;
}

/** Days in which a level that was once survived loses half of its height. */
const HALF_LIFE_DAYS = 60;

/** What a survived level keeps of its height, per bucket that goes by. */
const KEPT = 0.5 ** (PER_HORIZON ** -1 / 24 / HALF_LIFE_DAYS);

/** Fold a series into buckets, oldest first; those without a point are left out. */
function bucketsOf({ at, y }: Series, bucketMs: number): Bucket[] {
  const found: Bucket[] = [];
  let open: Bucket | undefined;
  for (let i = 0; i < at.length; i += 1) {
    const index = Math.floor((at[i] ?? 0) / bucketMs);
    const value = y[i] ?? 0;
    if (open === undefined || open.index !== index) {
      open = { index, sum: 0, points: 0, min: value, max: value };
      found.push(open);
    }
    open.sum += value;
    open.points += 1;
    if (value < open.min) open.min = value;
    if (value > open.max) open.max = value;
  }
  return found;
}

/** A level remembered; NaN is none. */
function higher(survived: number, level: number): number {
  const kept = survived * KEPT;
  if (Number.isNaN(level)) return kept;
  return Number.isNaN(kept) ? level : Math.max(kept, level);
}

/** The ring moved on so that it ends with bucket `last`; what leaves it is survived. */
function movedOn(past: MetricPast | undefined, first: number, last: number): Mutable {
  const start = Math.max(last - BUCKETS + 1, past === undefined ? first : startOf(past, first));
  const length = last - start + 1;
  const moved: Mutable = {
    last,
    mean: missing(length),
    min: missing(length),
    max: missing(length),
    survived: past?.survived ?? Number.NaN,
  };
  if (past === undefined) return moved;
  const oldest = past.last - past.mean.length + 1;
  for (let i = 0; i < past.mean.length; i += 1) {
    const to = oldest + i - start;
    if (to < 0) {
      moved.survived = higher(moved.survived, past.mean[i] ?? Number.NaN);
      continue;
    }
    moved.mean[to] = past.mean[i] ?? Number.NaN;
    moved.min[to] = past.min[i] ?? Number.NaN;
    moved.max[to] = past.max[i] ?? Number.NaN;
  }
  return moved;
}

function startOf({ last, mean }: MetricPast, first: number): number {
  return mean.length === 0 ? first : Math.min(first, last - mean.length + 1);
}

interface Mutable {
  readonly last: number;
  readonly mean: number[];
  readonly min: number[];
  readonly max: number[];
  survived: number;
}

/** Put a bucket into its place, beside what was known of it or instead of that. */
function put(ring: Mutable, to: number, bucket: Bucket, isCut: boolean): void {
  const known = ring.mean[to] ?? Number.NaN;
  if (isCut && !Number.isNaN(known)) {
    ring.min[to] = Math.min(ring.min[to] ?? bucket.min, bucket.min);
    ring.max[to] = Math.max(ring.max[to] ?? bucket.max, bucket.max);
    return;
  }
  ring.mean[to] = bucket.sum / bucket.points;
  ring.min[to] = bucket.min;
  ring.max[to] = bucket.max;
}

interface Scale {
  readonly bucketMs: number;
  /** The component's first sample, milliseconds since the epoch. */
  readonly firstAt: number;
}

function extended(past: MetricPast | undefined, series: Series, scale: Scale): MetricPast {
  const { bucketMs, firstAt } = scale;
  const buckets = bucketsOf(series, bucketMs);
  const [oldest, newest] = [buckets[0], buckets.at(-1)];
  if (oldest === undefined || newest === undefined) return past ?? EMPTY;
  const last = Math.max(newest.index, past?.last ?? newest.index);
  const ring = movedOn(past, oldest.index, last);
  const start = last - ring.mean.length + 1;
  const isCut = (series.at[0] ?? 0) > firstAt;
  for (const bucket of buckets) {
    const to = bucket.index - start;
    // The window may hold only the end of its first bucket: what was known of that is more.
    if (to >= 0) put(ring, to, bucket, bucket === oldest && isCut);
  }
  return ring;
}

const EMPTY: MetricPast = { last: 0, mean: [], min: [], max: [], survived: Number.NaN };

/**
 * Fold a window into what is known of the time before it.
 *
 * Buckets that the window holds are worked out anew, so that late samples count and a repeat changes
 * nothing; older ones stay. A metric that is not in the window keeps its past for as long as any of its buckets
 * would be kept, so that a sender of ever new names does not fill the table. A past of another bucket length
 * is forgotten.
 *
 * @param options.horizonS - the horizon of the level critical, seconds
 */
export function extendPast(
  past: Past,
  window: Window,
  { horizonS }: { readonly horizonS: number },
): Past {
  const bucketS = horizonS / PER_HORIZON;
  const { metrics } = past.bucketS === bucketS ? past : NO_PAST;
  const scale = { bucketMs: bucketS * 1000, firstAt: window.firstAt?.getTime() ?? 0 };
  const sent: Record<string, MetricPast> = {};
  let newest = Number.NEGATIVE_INFINITY;
  for (const [metric, series] of Object.entries(window.series)) {
    const one = extended(metrics[metric], series, scale);
    sent[metric] = one;
    newest = Math.max(newest, one.last);
  }
  const silent = Object.entries(metrics).filter(
    ([metric, { last }]) => sent[metric] === undefined && last > newest - BUCKETS,
  );
  return { bucketS, metrics: { ...Object.fromEntries(silent), ...sent } };
}

/** What a metric did in one bucket, in its unit. */
export interface FoldedBucket {
  /** Its instant over the bucket's length, whole. */
  readonly index: number;
  readonly mean: number;
  readonly min: number;
  readonly max: number;
}

/**
 * Fold a bucket that is over, as a window that held the whole of it would have been.
 *
 * @param bucket - later than all that the past holds
 */
export function foldBucket(past: MetricPast | undefined, bucket: FoldedBucket): MetricPast {
  const { index, mean, min, max } = bucket;
  const ring = movedOn(past, index, index);
  put(ring, ring.mean.length - 1, { index, sum: mean, points: 1, min, max }, false);
  return ring;
}
