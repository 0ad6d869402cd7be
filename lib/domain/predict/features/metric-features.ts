import type { Limits } from '../../metrics.js';
import type { Past } from '../../past/past.js';
import type { Settings } from '../../settings.js';
import type { Series, Window } from '../../window.js';
import { type Group, groupOf } from '../group.js';
import { LEAST_POINTS } from '../least-points.js';
import { featuresOf } from './features.js';
import { presentOf, type Readings, readingsOf } from './readings.js';

/** One metric of a component, ready to be judged. */
export interface MetricFeatures {
  readonly metric: string;
  readonly group: Group;
  readonly series: Series;
  /** The `fail` limit, in the metric's unit. */
  readonly limit: number;
  /** Whether there are points enough to say where it is going. */
  readonly isEnough: boolean;
  readonly readings: Readings;
  readonly features: readonly number[];
}

/** What features are made from, beside the window. */
export interface FeatureInput {
  /** Extended by the window. */
  readonly past: Past;
  readonly limits: Limits;
  readonly settings: Settings;
  readonly now: Date;
}

/** Points of the last horizon without which nothing is known of the present. */
const LEAST_RECENT = 3;

/** The features of all metrics of a component whose failure is known. */
export function metricFeatures(window: Window, input: FeatureInput): MetricFeatures[] {
  const { past, limits, settings, now } = input;
  const found: MetricFeatures[] = [];
  const present = presentOf(now, settings.horizonS);
  const resetAt = window.resetAt?.getTime() ?? null;
  for (const [metric, series] of Object.entries(window.series)) {
    const group = groupOf(metric);
    const limit = limits[metric];
    if (group === null || limit === undefined || series.y.length === 0) continue;
    const readings = readingsOf({
      group,
      series,
      past: past.metrics[metric],
      limit: limit.fail,
      present,
      firstAt: window.firstAt?.getTime() ?? series.at[0] ?? now.getTime(),
      resetAt,
      cadenceMs: window.cadenceS * 1000,
    });
    const isEnough =
      series.y.length >= LEAST_POINTS && series.y.length - readings.first >= LEAST_RECENT;
    found.push({
      metric,
      group,
      series,
      limit: limit.fail,
      isEnough,
      readings,
      features: featuresOf(readings),
    });
  }
  return found;
}
