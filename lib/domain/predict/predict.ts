import type { Prediction } from '../assessment.js';
import type { Limits } from '../metrics.js';
import type { Settings } from '../settings.js';
import type { Window } from '../window.js';
import { horizonsOf, timeToFailure, verdictOf } from './combine.js';
import { evidenceOf } from './evidence.js';
import { type Forecast, forecast } from './forecast.js';
import { reasonsOf } from './reasons.js';

/**
 * A forecast is worth a reason from the probability at which hysteresis would still hold an alarm.
 */
const REASON_SHARE = 0.5;

function forecasts(window: Window, limits: Limits, settings: Settings, now: Date): Forecast[] {
  return Object.entries(limits)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([metric, limit]) => forecast(metric, { window, limit }, settings, now))
    .filter((found) => found !== null);
}

/** Loudest first. */
function byWeight(found: readonly Forecast[], horizonS: number): Forecast[] {
  const weight = ({ probability }: Forecast): number =>
    probability(horizonS) + probability(6 * horizonS) + probability(24 * horizonS);
  return [...found].sort((a, b) => weight(b) - weight(a));
}

/**
 * Whether the newest sample is so old that the forecast would have come true or not by now: a
 * window that ends more than a horizon ago says nothing about the present.
 */
function isStale(window: Window, settings: Settings, now: Date): boolean {
  return (
    window.lastAt === null || now.getTime() - window.lastAt.getTime() > settings.horizonS * 1000
  );
}

/**
 * Forecast a component's failure from its recent past: how probable, when, and why.
 *
 * Every metric is projected to its `fail` limit by robust lines of several lengths, and only
 * believed when it passes the gates: significant, more than noise, not slowing down, far on its
 * way, and beyond what was survived before. Times are relative to the metric's own cadence and to
 * `settings.horizonS`: a world in which everything happens sixty times as fast gets the same
 * probabilities.
 *
 * With fewer than eight points the probability stays below 0.1, unless the component fails already.
 *
 * @param limits - of the metrics to look at; others are ignored
 * @param now - the present instant
 */
export function predict(window: Window, limits: Limits, settings: Settings, now: Date): Prediction {
  const { horizonS, raiseAt } = settings;
  const all = isStale(window, settings, now) ? [] : forecasts(window, limits, settings, now);
  const horizons = horizonsOf(all, horizonS);
  const told = byWeight(all, horizonS).filter(
    ({ probability }) => probability(24 * horizonS) >= REASON_SHARE * raiseAt,
  );
  const evidence = told.flatMap((found) =>
    reasonsOf(found, window).map((reason) => evidenceOf(reason, found, horizonS, now)),
  );
  const { level, probability } = verdictOf(horizons, raiseAt);
  return {
    probability,
    level,
    horizons,
    timeToFailureS: level === null ? null : timeToFailure(all, settings),
    reasons: [...new Set(evidence.map(({ reason }) => reason))],
    evidence,
  };
}
