import { quantity } from '../health/quantity.js';
import type { Limits } from '../metrics.js';

/** A metric that stands at one of its limits, or beyond it. */
export interface Beyond {
  readonly metric: string;
  readonly value: number;
  /** Whether it is what failure means, and not only what warns. */
  readonly isFailure: boolean;
}

/** The metrics that stand at one of their limits or beyond it; one without limits never does. */
export function beyondLimits(metrics: Readonly<Record<string, number>>, limits: Limits): Beyond[] {
  return Object.entries(metrics).flatMap(([metric, value]) => {
    const limit = limits[metric];
    if (limit === undefined || !(value >= limit.warn)) return [];
    return [{ metric, value, isFailure: value >= limit.fail }];
  });
}

/** What stands beyond its limits, in one sentence. */
export function beyondText(beyond: readonly Beyond[]): string {
  return beyond.map(({ metric, value }) => `${metric} is at ${quantity(metric, value)}`).join(', ');
}
