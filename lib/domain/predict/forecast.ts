import type { Interval } from '../assessment.js';
import { type Limit, metricKind } from '../metrics.js';
import type { Settings } from '../settings.js';
import type { Series, Window } from '../window.js';
import { afterLastFailure, isFailing } from './failing.js';
import type { Scene } from './gates.js';
import { LEAST_POINTS } from './least-points.js';
import { type Outlook, outlook } from './outlook.js';
import { type Subject, subjectOf } from './subject.js';
import type { Trend } from './trend.js';
import { views } from './views.js';

/** What one metric expects. */
export interface Forecast {
  readonly metric: string;
  readonly limit: number;
  readonly subject: Subject;
  readonly series: Series;
  /** The trend behind it; null when the metric is failing already. */
  readonly trend: Trend | null;
  /** Probability that it reaches its limit within so many seconds; never decreasing. */
  readonly probability: (withinS: number) => number;
  readonly crossingS: Interval<number | null>;
}

/** A metric that is failing now: as sure as anything here, yet a sensor may be wrong. */
const FAILING = 0.97;
/**
 * What demand alone makes of a rise: beyond one horizon it has mostly turned by itself. Within six
 * horizons such a forecast stays below the raising probability, within 24 it may warn.
 */
const DEMAND_6 = 0.45;
const DEMAND_24 = 0.45;

function failingNow(metric: string, limit: number, subject: Subject, series: Series): Forecast {
  return {
    metric,
    limit,
    subject,
    series,
    trend: null,
    probability: () => FAILING,
    crossingS: { low: 0, likely: 0, high: 0 },
  };
}

/** Hold a demand's forecast down beyond the first horizon, never below what it says within it. */
function heldDown(probability: Outlook['probability'], horizonS: number): Outlook['probability'] {
  return (withinS) => {
    if (withinS <= horizonS) return probability(withinS);
    const most = withinS <= 6 * horizonS ? DEMAND_6 : DEMAND_24;
    return Math.max(probability(horizonS), Math.min(most, probability(withinS)));
  };
}

function loudest(outlooks: readonly Outlook[], horizonS: number): Outlook | null {
  const total = (one: Outlook): number => one.probability(horizonS) + one.probability(6 * horizonS);
  return [...outlooks].sort((a, b) => total(b) - total(a))[0] ?? null;
}

/** Seconds since `at`, at least 0. */
function secondsSince(at: number, now: Date): number {
  return Math.max(0, (now.getTime() - at) / 1000);
}

/**
 * Forecast one metric of a window against its `fail` limit.
 *
 * Of several domains the loudest speaks; they are not independent, so nothing is added up.
 *
 * @returns null for an unknown metric, for too short a history, and when no trend passes the gates
 */
export function forecast(
  metric: string,
  { window, limit }: { readonly window: Window; readonly limit: Limit },
  settings: Settings,
  now: Date,
): Forecast | null {
  const series = window.series[metric];
  const subject = subjectOf(metric);
  if (series === undefined || subject === null) return null;
  const inARow = settings.breachesToOpen;
  if (isFailing(series.y, limit.fail, inARow)) {
    return failingNow(metric, limit.fail, subject, series);
  }
  if (series.y.length < LEAST_POINTS) return null;
  const trace = {
    kind: metricKind(metric),
    t: series.at.map((at) => (at - now.getTime()) / 1000),
    y: series.y,
    limit: limit.fail,
    smoothS: settings.horizonS / 4,
    survivedFrom: afterLastFailure(series.y, limit.fail, inARow),
  };
  const scene: Scene = {
    horizonS: settings.horizonS,
    ageS: secondsSince(window.firstAt?.getTime() ?? series.at[0] ?? now.getTime(), now),
    freshShare: settings.freshShare,
  };
  const found = views(trace, subject.followsDemand)
    .map((view) => outlook(view, scene))
    .filter((one) => one !== null);
  const best = loudest(found, settings.horizonS);
  if (best === null) return null;
  const probability = subject.followsDemand
    ? heldDown(best.probability, settings.horizonS)
    : best.probability;
  return { metric, limit: limit.fail, subject, series, ...best, probability };
}
