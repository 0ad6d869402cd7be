import type { Leak } from '../assessment.js';
import { steps } from '../predict/robust.js';
import type { Series, Window } from '../window.js';
import { baselineLevel } from './baseline.js';
import { middleOf } from './middle.js';

/** The reference document's numbers: growth over the baseline, and share of upward steps. */
const GROWTH = 0.5;
const UPWARD = 0.7;
/** Over 10 to 20 points; never with fewer. */
const LEAST_POINTS = 10;
const MOST_POINTS = 20;

function growth(series: Series): number | null {
  const before = baselineLevel(series);
  if (before === null || before <= 0) return null;
  return middleOf(series.y.slice(-3)) / before - 1;
}

function percent(ratio: number): string {
  return `${Math.round(100 * ratio)}%`;
}

/**
 * The reference document's test for a memory leak: more than 50 % growth over the component's
 * baseline, or at least 70 % upward steps among the last 10 to 20 points.
 *
 * It fires on 9 % of random walks (measured), so it is reported and never acted on alone.
 *
 * @param series - a component's memory, in any unit
 */
export function leakTest(series: Series): Leak {
  const growthRatio = growth(series);
  const recent = steps(series.y.slice(-MOST_POINTS));
  const upward = recent.filter((step) => step > 0).length;
  const upwardShare = recent.length === 0 ? 0 : upward / recent.length;
  const found = { growthRatio, upwardShare };
  if (series.y.length < LEAST_POINTS) {
    return { detected: false, ...found, why: `only ${series.y.length} points of ${LEAST_POINTS}` };
  }
  const grew =
    growthRatio === null
      ? 'no baseline'
      : `${percent(growthRatio)} over the baseline (more than ${percent(GROWTH)} is a leak)`;
  const why =
    `${grew}, ${upward} of the last ${recent.length} steps upward ` +
    `(${percent(UPWARD)} is a leak)`;
  const detected = (growthRatio ?? 0) > GROWTH || upwardShare >= UPWARD;
  return { detected, ...found, why };
}

/** Metrics that are a component's memory, the most telling first. */
const MEMORY_METRICS = ['memory_usage', 'memory_bytes', 'heap_bytes'] as const;

/** {@link leakTest} of a component; null when it sends no memory metric. */
export function leakOf(window: Window): Leak | null {
  for (const metric of MEMORY_METRICS) {
    const series = window.series[metric];
    if (series !== undefined) return leakTest(series);
  }
  return null;
}
