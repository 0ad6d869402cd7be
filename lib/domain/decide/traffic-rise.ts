import { type MetricPast, PER_HORIZON } from '../past/past.js';
import { median } from '../predict/robust.js';
import type { Series } from '../window.js';

/** Fewer points say nothing about a rise. */
const FEWEST_POINTS = 8;
/** The newest points, at most, that are the present. */
const NEWEST_POINTS = 5;

/** Buckets of the past, fewer of which do not say what is usual: two horizons. */
const FEWEST_BUCKETS = 2 * PER_HORIZON;

/**
 * How much traffic has risen: the median of the newest points over that of the window's first half, or over what
 * was usual before that, where that is more. Traffic that comes back after an outage has not risen.
 *
 * @param past - what was before the window, where it is kept
 * @returns a ratio: 0.2 is a fifth more, negative is less; null with fewer than eight points or without
 * any traffic before
 */
export function trafficRise({ y }: Series, past?: Pick<MetricPast, 'mean'>): number | null {
  if (y.length < FEWEST_POINTS) return null;
  const earlier = median(y.slice(0, Math.floor(y.length / 2)));
  const before = Math.max(earlier, usualIn(past) ?? earlier);
  const now = median(y.slice(-Math.min(NEWEST_POINTS, Math.floor(y.length / 3))));
  return before > 0 ? (now - before) / before : null;
}

/** The middle of what a day and a third of quarter-hours had; null where too little is kept. */
function usualIn(past: Pick<MetricPast, 'mean'> | undefined): number | null {
  const known = (past?.mean ?? []).filter((mean) => Number.isFinite(mean));
  return known.length < FEWEST_BUCKETS ? null : median(known);
}
