import { median } from '../predict/robust.js';
import type { Series } from '../window.js';

/** Fewer points say nothing about a rise. */
const FEWEST_POINTS = 8;
/** The newest points, at most, that are the present. */
const NEWEST_POINTS = 5;

/**
 * How much traffic has risen: the median of the newest points over that of the window's first half.
 *
 * @returns a ratio: 0.2 is a fifth more, negative is less; null with fewer than eight points or without
 * any traffic before
 */
export function trafficRise({ y }: Series): number | null {
  if (y.length < FEWEST_POINTS) return null;
  const before = median(y.slice(0, Math.floor(y.length / 2)));
  const now = median(y.slice(-Math.min(NEWEST_POINTS, Math.floor(y.length / 3))));
  return before > 0 ? (now - before) / before : null;
}
