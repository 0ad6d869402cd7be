import type { Prediction, Said } from '../assessment.js';
import type { Limits } from '../metrics.js';
import { extendPast } from '../past/extend-past.js';
import { NO_PAST, type Past } from '../past/past.js';
import type { Settings } from '../settings.js';
import type { Window } from '../window.js';
import {
  honestOf,
  loudestAmong,
  loudestOf,
  loudness,
  timeToFailure,
  verdictOf,
} from './combine.js';
import { evidenceOf } from './evidence.js';
import { FAILING_NOW, type Forecast, forecasts } from './forecast.js';
import { LEARNED } from './learned.js';
import type { Model } from './model.js';
import { steadied } from './steady.js';
import { witnessesOf } from './witnesses.js';

/**
 * A forecast is worth a reason from the probability at which hysteresis would still hold an alarm.
 */
const REASON_SHARE = 0.5;

/** What a prediction may be told beside the window. */
export interface PredictOptions {
  readonly limits: Limits;
  readonly settings: Settings;
  readonly now: Date;
  /** What is known, with the window folded into it (see `extendPast`); only the window by default. */
  readonly past?: Past | undefined;
  /** What was said at the assessment before. */
  readonly before?: Said | null;
  /** What was learned from data; the one that is shipped by default. */
  readonly model?: Model;
}

/**
 * Whether the newest sample is so old that the forecast would have come true or not by now: a
 * window that ends more than a horizon ago says nothing about the present.
 */
function isStale({ lastAt }: Window, { horizonS }: Settings, now: Date): boolean {
  return lastAt === null || now.getTime() - lastAt.getTime() > horizonS * 1000;
}

/**
 * Forecast a component's failure from its past: how probable, when, and why.
 *
 * Every metric whose failure is known is put on its way from nothing to its limit and described by some
 * seventy features: how far it is, how fast, how steadily and how surely it rises over quarters of an
 * hour to a day, what its floor does, what it has survived before, and what yesterday was like. Trees
 * that were learned from a simulator, each of which may only go the way that reason demands (nearer,
 * faster, surer is never less probable), give the probabilities and the time.
 *
 * Times are relative to `settings.horizonS`: a world in which everything happens sixty times as fast
 * gets the same probabilities. With fewer than eight points of a metric nothing is said of it.
 */
export function predict(window: Window, options: PredictOptions): Prediction {
  const { limits, settings, now, model = LEARNED } = options;
  const { horizonS, raiseAt } = settings;
  const { past = extendPast(NO_PAST, window, settings) } = options;
  const all = isStale(window, settings, now)
    ? []
    : forecasts(window, { past, limits, settings, now, model });
  const said = saidNow(all, window, options);
  const isFailing = all.some(({ failing }) => failing.length > 0);
  const horizons = isFailing ? FAILING_NOW : honestOf(said.horizons, model);
  const told = toldOf(all, REASON_SHARE * raiseAt);
  const evidence = told.flatMap((one) =>
    witnessesOf(one, window).flatMap((witness) => evidenceOf(witness, horizonS, now)),
  );
  const { level, probability } = verdictOf(horizons, raiseAt);
  return {
    probability,
    level,
    ...{ horizons, said },
    timeToFailureS: level === null ? null : timeToFailure(all, horizonS),
    reasons: [...new Set(evidence.map(({ reason }) => reason))],
    evidence,
  };
}

/** A metric that fails already, and a window that began anew, need no steadying. */
function saidNow(all: readonly Forecast[], { resetAt }: Window, options: PredictOptions): Said {
  const { now, before = null, settings } = options;
  const said: Said = { at: now.getTime(), horizons: loudestOf(all) };
  const isAnew = before !== null && (resetAt?.getTime() ?? 0) >= before.at;
  if (isAnew || all.some(({ failing }) => failing.length > 0)) return said;
  const expected = loudestAmong(all)?.time.likely ?? Number.POSITIVE_INFINITY;
  return steadied(before, said, { horizonS: settings.horizonS, expected });
}

/** The forecasts that are worth a reason, loudest first. */
function toldOf(all: readonly Forecast[], least: number): Forecast[] {
  return all
    .filter(({ horizons }) => horizons['24h'] >= least)
    .sort((a, b) => loudness(b) - loudness(a));
}
