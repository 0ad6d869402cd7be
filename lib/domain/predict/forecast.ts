import type { Horizons, Interval } from '../assessment.js';
import type { Settings } from '../settings.js';
import type { Window } from '../window.js';
import { ask } from './ask.js';
import { failingFor, isFailing } from './failing.js';
import { AT } from './features/features.js';
import { type Joint, jointFeatures } from './features/joint.js';
import {
  type FeatureInput,
  type MetricFeatures,
  metricFeatures,
} from './features/metric-features.js';
import type { Model } from './model.js';

/** What one way to fail has to expect. */
export interface Forecast extends Joint {
  /** Names of the metrics that are at their limit already. */
  readonly failing: readonly string[];
  readonly horizons: Horizons;
  /** Horizons until the failure, if it comes. */
  readonly time: Interval<number>;
}

/** What forecasts are made from, beside the window. */
export interface ForecastInput extends FeatureInput {
  readonly model: Model;
}

/** A metric that is failing now: as sure as anything here, yet a sensor may be wrong. */
const FAILING = 0.97;

/** A level this much beyond what was survived, in shares of the way left, is new. */
const NEW_LEVEL = 0.2;

const isObjective = ({ group }: MetricFeatures): boolean =>
  group === 'errors' || group === 'latency';

/**
 * Share of a horizon for which an objective must be broken (5 min of an hour, as failures are counted): what
 * ends before that was a hiccup, and the trees say what is to come of one, unless there are too few points for
 * them. That an objective is broken at all is seen apart from any prediction.
 */
const BROKEN = 1 / 12;

/**
 * Whether a metric's limit is reached. An objective that stays broken is a failure; a usage at its limit is
 * one unless it was survived before, and a busy processor only where no objective is measured.
 */
function isAtLimit(one: MetricFeatures, { metrics }: Joint, settings: Settings): boolean {
  const { group, series, limit, features } = one;
  if (!isFailing(series.y, limit, settings.breachesToOpen)) return false;
  if (isObjective(one)) {
    return !one.isEnough || failingFor(series, limit) >= BROKEN * settings.horizonS * 1000;
  }
  const isMeasured = group === 'cpu' && metrics.some(isObjective);
  return !isMeasured && (features[AT.news_4h] ?? 0) > NEW_LEVEL;
}

function expected(joint: Joint, model: Model): Pick<Forecast, 'horizons' | 'time'> {
  const of = model.failures[joint.failure];
  const { horizons, time } = ask(joint, of);
  return { horizons, time: { low: time * of.early, likely: time, high: time * of.late } };
}

/** What is said of a failure that is there. */
export const FAILING_NOW: Horizons = { '1h': FAILING, '6h': FAILING, '24h': FAILING };

const NOW: Pick<Forecast, 'horizons' | 'time'> = {
  horizons: FAILING_NOW,
  time: { low: 0, likely: 0, high: 0 },
};

/** Spelled out, for spreading is slow and this is asked of every component at every sweep. */
function forecastOf(
  { failure, features, metrics, isEnough }: Joint,
  failing: readonly string[],
  { horizons, time }: Pick<Forecast, 'horizons' | 'time'>,
): Forecast {
  return { failure, features, metrics, isEnough, failing, horizons, time };
}

/** Forecast every way in which a component can fail that its metrics announce. */
export function forecasts(window: Window, input: ForecastInput): Forecast[] {
  const { settings, model } = input;
  return jointFeatures(metricFeatures(window, input)).flatMap((joint) => {
    const failing = joint.metrics
      .filter((one) => isAtLimit(one, joint, settings))
      .map(({ metric }) => metric);
    if (failing.length > 0) return [forecastOf(joint, failing, NOW)];
    return joint.isEnough ? [forecastOf(joint, failing, expected(joint, model))] : [];
  });
}
