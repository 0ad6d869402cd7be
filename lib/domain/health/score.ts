import { type Limits, metricKind } from '../metrics.js';

/** Below this share of its `warn` limit a metric costs nothing. */
const FREE = 0.7;
/** What a metric costs at its limit, and at most, at twice the limit. */
const AT_LIMIT = 15;
const MOST = 30;
/** Errors or latency at twice their limit cap the score: all requests failing is not 70 %. */
const CAP = 40;

/** What one metric takes from the score: 0 to 30, for its value over its `warn` limit. */
function penalty(ratio: number): number {
  if (ratio <= FREE) return 0;
  if (ratio <= 1) return (AT_LIMIT * (ratio - FREE)) / (1 - FREE);
  return Math.min(MOST, AT_LIMIT + (MOST - AT_LIMIT) * (ratio - 1));
}

function capsScore(metric: string, ratio: number): boolean {
  const kind = metricKind(metric);
  return (kind === 'errors' || kind === 'latency') && ratio >= 2;
}

/**
 * How well a component is, from its newest values.
 *
 * Each limited metric with `r = value / warn` takes 0 points below r = 0.7, rising linearly to 15
 * at 1.0 and to 30 at 2.0. The reference document's example (cpu 85, memory 88, error 0.08, latency
 * 3500, default limits) so scores 49.9, its 50.
 *
 * @param values - metric name to newest value; not finite counts as missing
 * @returns 0 to 100; null when no metric has both a value and a limit, for no data is not health
 */
export function healthScore(
  values: Readonly<Record<string, number>>,
  limits: Limits,
): number | null {
  const ratios = Object.entries(limits)
    .map(([metric, { warn }]) => ({ metric, ratio: (values[metric] ?? Number.NaN) / warn }))
    .filter(({ ratio }) => Number.isFinite(ratio));
  if (ratios.length === 0) return null;
  const lost = ratios.reduce((sum, { ratio }) => sum + penalty(ratio), 0);
  const most = ratios.some(({ metric, ratio }) => capsScore(metric, ratio)) ? CAP : 100;
  return Math.max(0, Math.min(most, 100 - lost));
}
