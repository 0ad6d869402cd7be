import { anomaliesOf } from '../anomaly/anomalies-of.js';
import type { AnomalyMemory } from '../anomaly/anomaly.js';
import type { Assessment, Horizons, Prediction, Said } from '../assessment.js';
import type { Memory } from '../decide/memory.js';
import { corrected } from '../learn/corrected.js';
import { type Limits, limitsFor, type StatedLimits } from '../metrics.js';
import { NO_PAST, type Past } from '../past/past.js';
import { isFailing } from '../predict/failing.js';
import { predict } from '../predict/predict.js';
import type { Settings } from '../settings.js';
import type { Series, Window } from '../window.js';
import { currentSeries, freshness } from './freshness.js';
import { leakOf } from './leak.js';
import { healthScore } from './score.js';
import { trendOf } from './trend.js';
import { beyondWarn, DEGRADED_BELOW, warningsOf } from './warnings.js';

/** What an assessment is made from. */
export interface AssessInput {
  readonly component: string;
  readonly window: Window;
  /** The component's own limits; they win over the settings. */
  readonly stated: StatedLimits;
  /** Scores of the assessments before, oldest first. */
  readonly scores: Memory['scores'];
  readonly settings: Settings;
  readonly now: Date;
  /** What is known, with the window folded into it (see `extendPast`); only the window by default. */
  readonly past?: Past;
  /** What was said at the assessment before; nothing by default. */
  readonly said?: Said | null;
  /** What is known of the metrics whose failure is not; nothing by default. */
  readonly anomalies?: AnomalyMemory;
  /** What outcomes make of the probabilities; nothing by default. */
  readonly correct?: (raw: Horizons) => Horizons;
}

type SeriesByMetric = Readonly<Record<string, Series>>;

function newest(series: SeriesByMetric): Record<string, number> {
  return Object.fromEntries(
    Object.entries(series).flatMap(([metric, { y }]) => {
      const value = y.at(-1);
      return value === undefined ? [] : [[metric, value]];
    }),
  );
}

/**
 * Metrics at or over their `fail` limit in each of the last `inARow` points, in alphabetical order.
 */
function breachingOf(series: SeriesByMetric, limits: Limits, inARow: number): string[] {
  return Object.entries(limits)
    .filter(([metric, { fail }]) => isFailing(series[metric]?.y ?? [], fail, inARow))
    .map(([metric]) => metric)
    .sort();
}

/**
 * A score in time order; one taken at this very instant is replaced, so that a repeat changes
 * nothing.
 */
function withScore(before: Memory['scores'], score: number | null, now: Date): Memory['scores'] {
  const earlier = before.filter(({ at }) => at < now.getTime());
  return score === null ? earlier : [...earlier, { at: now.getTime(), score }];
}

/** What is unusual about metrics that nothing is forecast of; of stale samples nothing is said. */
function unusual(
  { past = NO_PAST, anomalies: before = {}, settings }: AssessInput,
  window: Window,
  isFresh: boolean,
): Pick<Assessment, 'anomalies' | 'anomalyMemory'> {
  if (!isFresh) return {};
  const { found, memory } = anomaliesOf({ window, past, before, horizonS: settings.horizonS });
  return {
    ...(found.length === 0 ? {} : { anomalies: found }),
    ...(Object.keys(memory).length === 0 ? {} : { anomalyMemory: memory }),
  };
}

interface Signs {
  readonly isFresh: boolean;
  readonly breaching: readonly string[];
  readonly score: number | null;
  readonly beyond: readonly string[];
  readonly level: Prediction['level'];
}

function stateOf({ isFresh, breaching, score, beyond, level }: Signs): Assessment['state'] {
  if (!isFresh) return 'unknown';
  if (breaching.length > 0) return 'failing';
  const isLow = score !== null && score < DEGRADED_BELOW;
  return isLow || beyond.length > 0 || level !== null ? 'degraded' : 'healthy';
}

/**
 * Say what a component looks like at one instant: score, trend, warnings, forecast, and its state.
 *
 * - `unknown`: the samples are missing or stale; neither healthy nor failed;
 * - `failing`: a metric is at or over its `fail` limit in each of the last `breachesToOpen` points;
 * - `degraded`: the score is below 60, or a metric is at or over its `warn` limit, or a failure is
 *   in sight;
 * - `healthy`: none of these.
 *
 * Metrics that are not sent any more are left out.
 */
export function assess(input: AssessInput): Assessment {
  const { component, stated, settings, now } = input;
  const series = currentSeries(input.window, settings);
  const window: Window = { ...input.window, series };
  const limits = limitsFor(Object.keys(series), stated, settings);
  const metrics = newest(series);
  const score = healthScore(metrics, limits);
  const trend = trendOf(withScore(input.scores, score, now), series, limits, settings.driftRatio);
  const { correct = (raw) => raw } = input;
  const { past, said: before = null } = input;
  const raw = predict(window, { limits, settings, now, past, before });
  const prediction = corrected(raw, correct, settings.raiseAt);
  const breaching = breachingOf(series, limits, settings.breachesToOpen);
  const { isFresh } = freshness(window, settings, now);
  const beyond = beyondWarn(metrics, limits);
  return {
    component,
    score,
    trend,
    warnings: warningsOf({ score, trend, metrics }, limits),
    prediction,
    leak: leakOf(window),
    state: stateOf({ isFresh, breaching, score, beyond, level: prediction.level }),
    breaching,
    metrics,
    samples: window.points,
    ...unusual(input, window, isFresh),
    asOf: now,
  };
}
