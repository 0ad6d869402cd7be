import type { Interval, Level, Prediction } from '../assessment.js';
import type { Settings } from '../settings.js';
import type { Forecast } from './forecast.js';

export type Horizons = Prediction['horizons'];

/**
 * Probability of a failure that nothing announces, within 1, 6 and 24 horizons: no sign is not no
 * risk. A judgement, not a measurement; outcomes will replace it.
 */
const UNANNOUNCED: Horizons = { '1h': 0.01, '6h': 0.02, '24h': 0.04 };
/**
 * Weak signs do not add up to a strong one: without one metric above a half, the sum stays here.
 */
const WEAK_SUM = 0.45;

/** Probability that any of the forecasts comes true in time, were they independent. */
function anyOf(forecasts: readonly Forecast[], withinS: number): number {
  return 1 - forecasts.reduce((rest, { probability }) => rest * (1 - probability(withinS)), 1);
}

/** The same, held down while every one of them is weak. */
function claimOf(forecasts: readonly Forecast[], withinS: number): number {
  const sum = anyOf(forecasts, withinS);
  const isStrong = forecasts.some(({ probability }) => probability(withinS) > 0.5);
  return isStrong ? sum : Math.min(sum, WEAK_SUM);
}

/**
 * The probabilities of failure within 1, 6 and 24 horizons from the metrics' forecasts taken as
 * independent, `1 − Π (1 − p)`; never decreasing.
 */
export function horizonsOf(forecasts: readonly Forecast[], horizonS: number): Horizons {
  const first = Math.max(UNANNOUNCED['1h'], claimOf(forecasts, horizonS));
  const sixth = Math.max(first, UNANNOUNCED['6h'], claimOf(forecasts, 6 * horizonS));
  const last = Math.max(sixth, UNANNOUNCED['24h'], claimOf(forecasts, 24 * horizonS));
  return { '1h': first, '6h': sixth, '24h': last };
}

/**
 * The level and the contract's single probability: the first horizon that reaches `raiseAt` gives
 * the level; the number is that horizon's own for critical, lies in 0.3–0.5 for high, in 0.1–0.3
 * for medium, and below 0.1 otherwise.
 */
export function verdictOf(
  horizons: Horizons,
  raiseAt: number,
): { readonly level: Level; readonly probability: number } {
  const above = (p: number): number => (raiseAt < 1 ? (p - raiseAt) / (1 - raiseAt) : 0);
  if (horizons['1h'] >= raiseAt) return { level: 'critical', probability: horizons['1h'] };
  if (horizons['6h'] >= raiseAt) {
    return { level: 'high', probability: 0.3 + 0.2 * above(horizons['6h']) };
  }
  if (horizons['24h'] >= raiseAt) {
    return { level: 'medium', probability: 0.1 + 0.2 * above(horizons['24h']) };
  }
  return { level: null, probability: (0.1 * horizons['24h']) / raiseAt };
}

/** A week, where the horizon is an hour: nothing is projected farther. */
export const FARTHEST_HORIZONS = 168;
/** Halvings of the search: 168 horizons end at less than a ten-thousandth of one. */
const HALVINGS = 21;

function timeOf(share: number, forecasts: readonly Forecast[], horizonS: number): number {
  let low = 0;
  let high = FARTHEST_HORIZONS * horizonS;
  const wanted = share * anyOf(forecasts, high);
  for (let halving = 0; halving < HALVINGS; halving += 1) {
    const middle = (low + high) / 2;
    if (anyOf(forecasts, middle) >= wanted) high = middle;
    else low = middle;
  }
  return high;
}

/**
 * Seconds until the failure, if it comes: the times by which 10, 50 and 90 % of its probability lie
 * behind. All metrics count together: the earliest of their crossings was wrong by about 100 %.
 *
 * @returns null without a forecast; zeros when a metric is failing now
 */
export function timeToFailure(
  forecasts: readonly Forecast[],
  settings: Settings,
): Interval<number> | null {
  if (forecasts.length === 0) return null;
  if (forecasts.some((forecast) => forecast.trend === null)) return { low: 0, likely: 0, high: 0 };
  const time = (share: number): number => timeOf(share, forecasts, settings.horizonS);
  return { low: time(0.1), likely: time(0.5), high: time(0.9) };
}
