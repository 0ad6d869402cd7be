import { DETECTORS, type Fired, type Records, type Strength } from './anomaly.js';
import { barOf, scoreOf } from './bar.js';
import { freshStrengths, type MetricInput, openBucket, type Told } from './fresh-strengths.js';

/** Fewest points from which a scatter is known. */
const LEAST_POINTS = 60;
/** Horizons of a metric's history that only teach: before it has lived through a day, all is new. */
const YOUNG = 24;
/** Horizons in which a record loses half of its height. */
const HALF_LIFE = 720;

/** How unusual a metric is now. */
export interface Judged {
  readonly records: Records;
  /** Its most unusual newest value; null while it is too young to tell. */
  readonly now: (Strength & { readonly score: number }) | null;
}

type Scored = Told & { readonly score: number; readonly isRecord: boolean };

/**
 * Judge what has come of one metric since the last time, and keep its records.
 *
 * Each point, and each closed bucket, is judged once. The first time, and for the first 24 horizons of the
 * metric, it only teaches. A record that is broken is news for a horizon; what is higher still within that
 * raises the record and is no news of its own.
 *
 * @returns null where there is too little to judge by, or nothing finite: what was known stays
 */
export function judgeMetric(input: MetricInput): Judged | null {
  const { series, before, horizonMs } = input;
  const at = series.at.at(-1);
  if (at === undefined || series.at.length < LEAST_POINTS) return null;
  const told = freshStrengths(input);
  if (!told.every(({ strength, value }) => Number.isFinite(strength + value))) return null;
  const records = before === undefined ? firstRecords(input) : faded(before, at, horizonMs);
  const knows = before !== undefined && at - records.since >= YOUNG * horizonMs;
  const scored = told.map((one) => against(records, one));
  const news = scored.filter(({ isFresh, isRecord }) => knows && isFresh && isRecord);
  return {
    records: {
      since: records.since,
      at: Math.max(at, records.at),
      bucket: openBucket(input) - 1,
      highest: raised(records, told),
      fired: records.fired ?? strongest(news),
    },
    now: knows ? strongest(scored.filter((one) => one.at >= at || isBucket(one))) : null,
  };
}

const isBucket = ({ detector }: Told): boolean => detector === 'seasonal residual';

function against({ highest }: Records, one: Told): Scored {
  const record = highest[DETECTORS.indexOf(one.detector)] ?? 0;
  return {
    ...one,
    score: scoreOf(one.strength, record),
    isRecord: one.strength > barOf(record),
  };
}

function strongest(scored: readonly Scored[]): Fired | null {
  const best = scored.reduce<Scored | null>(
    (most, one) => (most === null || one.score > most.score ? one : most),
    null,
  );
  if (best === null) return null;
  const { detector, strength, value, usual, at, score } = best;
  return { detector, strength, value, usual, at, score };
}

/** Each record, or what is higher by now. */
function raised({ highest }: Records, told: readonly Told[]): number[] {
  return DETECTORS.map((detector, i) =>
    told.reduce(
      (most, one) =>
        one.isFresh && one.detector === detector ? Math.max(most, one.strength) : most,
      highest[i] ?? 0,
    ),
  );
}

/** A metric that is seen for the first time: its window teaches, and what is known of the time before counts. */
function firstRecords({ series, past, bucketMs }: MetricInput): Records {
  const first = series.at[0] ?? 0;
  const oldest = past === undefined ? first : (past.last - past.mean.length + 1) * bucketMs;
  return {
    since: Math.min(first, oldest),
    ...{ at: first, bucket: 0, highest: [0, 0, 0, 0], fired: null },
  };
}

/** Records lose height with time, so that what has not been for long is news again. */
function faded(before: Records, at: number, horizonMs: number): Records {
  const kept = 0.5 ** (Math.max(0, at - before.at) / (HALF_LIFE * horizonMs));
  const { fired } = before;
  return {
    ...before,
    highest: before.highest.map((one) => one * kept),
    fired: fired !== null && at - fired.at < horizonMs ? fired : null,
  };
}
