/**
 * One metric's past beyond the window, in buckets of a quarter of a horizon (15 min in production).
 *
 * The three arrays have one length, oldest first, and end with bucket `last`; a bucket without a sample
 * is NaN. Values are in the metric's unit.
 */
export interface MetricPast {
  /** Index of the newest bucket: its instant over the bucket's length, whole. */
  readonly last: number;
  readonly mean: readonly number[];
  readonly min: readonly number[];
  readonly max: readonly number[];
  /** The highest level that was lived through before the oldest bucket; NaN when there is none. */
  readonly survived: number;
}

/** What a component's metrics did before its window began, folded. */
export interface Past {
  /** Length of a bucket, seconds; a past of another length is of no use. */
  readonly bucketS: number;
  readonly metrics: Readonly<Record<string, MetricPast>>;
}

/** The past of a component that nobody has looked at yet. */
export const NO_PAST: Past = { bucketS: 0, metrics: {} };

/** Buckets that are kept: a day, for yesterday's profile, and a third of one to compare with. */
export const BUCKETS = 128;

/** Buckets in one horizon. */
export const PER_HORIZON = 4;
