import type { Trend } from '../assessment.js';
import type { Memory } from '../decide/memory.js';
import type { Limits } from '../metrics.js';
import { mannKendall } from '../predict/mann-kendall.js';
import { theilSen } from '../predict/theil-sen.js';
import type { Series } from '../window.js';
import { baseline, baselineLevel } from './baseline.js';
import { middleOf } from './middle.js';

type Scores = Memory['scores'];

/** Assessments that the trend of the score looks at. */
const LAST = 10;
/** Fewer have no trend. */
const LEAST = 3;
/**
 * Points of the score that make a move, over all those assessments: a third of one metric's penalty
 * at its limit.
 */
const LEAST_MOVE = 5;
/**
 * Least standard score of its direction (one chance in ten), unless every pair of scores agrees.
 */
const SURE = 1.64;
/** A drift must also exceed three times what the baseline itself scatters. */
const SCATTER = 3;
/**
 * A baseline counts as at least this share of the limit: from 0.1 % errors to 0.2 % is no drift.
 */
const LEAST_BASE = 0.1;

/** How far the score has moved along its Theil–Sen line, in points; 0 when that may be chance. */
function scoreMove(scores: Scores): number {
  const last = scores.slice(-LAST);
  if (last.length < LEAST) return 0;
  const values = last.map(({ score }) => score);
  const { s, z, tau } = mannKendall(values);
  // Most scores go nowhere: only a direction asks for a line.
  const isSure = s !== 0 && (Math.abs(z) >= SURE || Math.abs(tau) === 1);
  if (!isSure) return 0;
  const start = last[0]?.at ?? 0;
  const times = last.map(({ at }) => at - start);
  const line = theilSen(times, values);
  if (line === null) return 0;
  const move = line.slope * (times.at(-1) ?? 0);
  return Math.abs(move) >= LEAST_MOVE ? move : 0;
}

/**
 * Whether a metric has moved up from its baseline by more than `driftRatio` of it, and by more than
 * three times what the baseline itself scatters. Every limited metric is better when lower.
 */
export function hasDrifted(series: Series, warn: number, driftRatio: number): boolean {
  const level = baselineLevel(series);
  if (level === null) return false;
  const moved = middleOf(series.y.slice(-3)) - level;
  const base = Math.max(level, LEAST_BASE * warn);
  // Most metrics have not moved: only then it matters how much they scattered.
  if (!(moved > driftRatio * base)) return false;
  return moved > SCATTER * (baseline(series)?.spread ?? Number.POSITIVE_INFINITY);
}

/**
 * Where health is heading.
 *
 * `declining` when the score's line has fallen by at least 5 points over the last ten assessments
 * and not by chance, or when a limited metric has drifted from its baseline; `improving` when the
 * line has risen as far. Under three assessments, and without a drift, `stable`.
 *
 * @param scores - oldest first, the present one included
 * @param series - the metrics of the window that are still sent
 */
export function trendOf(
  scores: Scores,
  series: Readonly<Record<string, Series>>,
  limits: Limits,
  driftRatio: number,
): Trend {
  const move = scoreMove(scores);
  const drifted = Object.entries(limits).some(([metric, { warn }]) => {
    const one = series[metric];
    return one !== undefined && hasDrifted(one, warn, driftRatio);
  });
  if (move < 0 || drifted) return 'declining';
  return move > 0 ? 'improving' : 'stable';
}
