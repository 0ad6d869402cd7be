import type { Trend } from '../assessment.js';
import type { Limits } from '../metrics.js';
import { quantity } from './quantity.js';

/** A score below this is degraded: the reference document's line. */
export const DEGRADED_BELOW = 60;

/** The facts that warnings are made of. */
export interface WarningFacts {
  readonly score: number | null;
  readonly trend: Trend;
  /** Newest value of each metric. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** Names of the metrics at or beyond their `warn` limit, in alphabetical order. */
export function beyondWarn(metrics: WarningFacts['metrics'], limits: Limits): string[] {
  return Object.entries(limits)
    .filter(([metric, { warn }]) => (metrics[metric] ?? Number.NEGATIVE_INFINITY) >= warn)
    .map(([metric]) => metric)
    .sort();
}

/**
 * What a person should know of a component's present health, in the contract's words: `Health
 * degrading: 49.9%` below 60, `Metrics trending downward`, and one line for each metric at or
 * beyond its `warn` limit.
 */
export function warningsOf({ score, trend, metrics }: WarningFacts, limits: Limits): string[] {
  const warnings: string[] = [];
  if (score !== null && score < DEGRADED_BELOW) {
    warnings.push(`Health degrading: ${score.toFixed(1)}%`);
  }
  if (trend === 'declining') warnings.push('Metrics trending downward');
  for (const metric of beyondWarn(metrics, limits)) {
    const value = quantity(metric, metrics[metric] ?? Number.NaN);
    const warn = quantity(metric, limits[metric]?.warn ?? Number.NaN);
    warnings.push(`${metric} at ${value}, at or over its limit of ${warn}`);
  }
  return warnings;
}
