import { spread } from '../predict/robust.js';
import type { Series } from '../window.js';
import { middleOf } from './middle.js';

/** What a metric used to be, in its own unit. */
export interface Baseline {
  /** Median. */
  readonly level: number;
  /** Median absolute deviation. */
  readonly spread: number;
}

/**
 * Fewer points than this in the whole series make no baseline: the document's leak test needs ten
 * too.
 */
const LEAST_POINTS = 10;

function olderHalf({ y }: Series): number[] {
  return y.slice(0, Math.floor(y.length / 2));
}

/** The level of {@link baseline} alone, which costs a third of it; null with fewer than ten points. */
export function baselineLevel(series: Series): number | null {
  return series.y.length < LEAST_POINTS ? null : middleOf(olderHalf(series));
}

/**
 * What a metric used to be: the middle of the older half of its window.
 *
 * Medians, so that a spike or one bad deployment within the half does not count.
 *
 * @returns null with fewer than ten points
 */
export function baseline(series: Series): Baseline | null {
  const level = baselineLevel(series);
  return level === null ? null : { level, spread: spread(olderHalf(series)) };
}
