import { type MetricPast, PER_HORIZON } from '../past/past.js';
import { median, noise } from '../predict/robust.js';
import type { Series } from '../window.js';

/** Fewer points say nothing about a rise. */
const FEWEST_POINTS = 8;
/** The newest points, at most, that are the present. */
const NEWEST_POINTS = 5;

/** Buckets of the past, fewer of which do not say what is usual: two horizons. */
const FEWEST_BUCKETS = 2 * PER_HORIZON;

/** Traffic that has risen by a fifth explains a usage that rises (design, plan for saturation). */
const ROSE = 0.2;

/** Of so many standard errors a difference is hardly ever chance: once in 700, on one side. */
const STANDARD_ERRORS = 3;

/** The standard error of a median of n normal values is √(π/2) σ / √n. */
const OF_MEDIAN = Math.sqrt(Math.PI / 2);

/** How traffic has changed. */
export interface TrafficChange {
  /** A ratio: 0.2 is a fifth more, negative is less. */
  readonly ratio: number;
  /** Whether that is a rise by a fifth at least which chance does not explain. */
  readonly isRise: boolean;
}

/**
 * How much traffic has risen: the median of the newest points over that of the window's first half, or over what
 * was usual before that, where that is more. Traffic that comes back after an outage has not risen, and neither
 * has small traffic that jitters: the medians must lie apart by three times their standard error.
 *
 * @param past - what was before the window, where it is kept
 * @returns null with fewer than eight points or without any traffic before
 */
export function trafficChange(
  { y }: Series,
  past?: Pick<MetricPast, 'mean'>,
): TrafficChange | null {
  if (y.length < FEWEST_POINTS) return null;
  const first = y.slice(0, Math.floor(y.length / 2));
  const newest = y.slice(-Math.min(NEWEST_POINTS, Math.floor(y.length / 3)));
  const earlier = median(first);
  const before = Math.max(earlier, usualIn(past) ?? earlier);
  if (!(before > 0)) return null;
  const more = median(newest) - before;
  const error = OF_MEDIAN * noise(first) * Math.sqrt(1 / first.length + 1 / newest.length);
  const ratio = more / before;
  return { ratio, isRise: ratio >= ROSE && more > STANDARD_ERRORS * error };
}

/** The middle of what a day and a third of quarter-hours had; null where too little is kept. */
function usualIn(past: Pick<MetricPast, 'mean'> | undefined): number | null {
  const known = (past?.mean ?? []).filter((mean) => Number.isFinite(mean));
  return known.length < FEWEST_BUCKETS ? null : median(known);
}
