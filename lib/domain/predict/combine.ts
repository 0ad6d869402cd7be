import type { Horizons, Interval, Level } from '../assessment.js';
import { onKnots } from '../learn/on-knots.js';
import type { Forecast } from './forecast.js';
import type { Model } from './model.js';

/**
 * Probability of a failure that nothing announces, within 1, 6 and 24 horizons: no sign is not no risk.
 * A judgement, not a measurement; outcomes replace it.
 */
const UNANNOUNCED: Horizons = { '1h': 0.001, '6h': 0.003, '24h': 0.01 };

/**
 * What the forecasts say together: the loudest of each horizon, for the ways to fail are few and rarely
 * come together; never decreasing.
 */
export function loudestOf(forecasts: readonly Pick<Forecast, 'horizons'>[]): Horizons {
  let [first, sixth, last] = [0, 0, 0];
  for (const { horizons } of forecasts) {
    first = Math.max(first, horizons['1h']);
    sixth = Math.max(sixth, horizons['6h']);
    last = Math.max(last, horizons['24h']);
  }
  return inOrder(first, sixth, last);
}

/** What the model's calibration makes of it: never less than what nothing announces. */
export function honestOf(horizons: Horizons, { calibration }: Model): Horizons {
  return inOrder(
    Math.max(UNANNOUNCED['1h'], onKnots(calibration['1h'], horizons['1h'])),
    Math.max(UNANNOUNCED['6h'], onKnots(calibration['6h'], horizons['6h'])),
    Math.max(UNANNOUNCED['24h'], onKnots(calibration['24h'], horizons['24h'])),
  );
}

/** A failure within one horizon is one within six. */
function inOrder(first: number, sixth: number, last: number): Horizons {
  const within = Math.max(first, sixth);
  return { '1h': first, '6h': within, '24h': Math.max(within, last) };
}

const shareAbove = (raiseAt: number, p: number): number =>
  raiseAt < 1 ? (p - raiseAt) / (1 - raiseAt) : 0;

/**
 * The level and the contract's single probability: the first horizon that reaches `raiseAt` gives
 * the level; the number is that horizon's own for critical, lies in 0.3–0.5 for high, in 0.1–0.3
 * for medium, and below 0.1 otherwise.
 */
export function verdictOf(
  horizons: Horizons,
  raiseAt: number,
): { readonly level: Level; readonly probability: number } {
  if (horizons['1h'] >= raiseAt) return { level: 'critical', probability: horizons['1h'] };
  if (horizons['6h'] >= raiseAt) {
    return { level: 'high', probability: 0.3 + 0.2 * shareAbove(raiseAt, horizons['6h']) };
  }
  if (horizons['24h'] >= raiseAt) {
    return { level: 'medium', probability: 0.1 + 0.2 * shareAbove(raiseAt, horizons['24h']) };
  }
  return { level: null, probability: (0.1 * horizons['24h']) / raiseAt };
}

/** How loud a forecast is: its probabilities together. */
export function loudness({ horizons }: Pick<Forecast, 'horizons'>): number {
  return horizons['1h'] + horizons['6h'] + horizons['24h'];
}

/** The loudest of some forecasts; undefined when there are none. */
export function loudestAmong<F extends Pick<Forecast, 'horizons'>>(
  all: readonly F[],
): F | undefined {
  return all.toSorted((a, b) => loudness(b) - loudness(a))[0];
}

/**
 * Seconds until the failure, if it comes: what the loudest metric expects. (The earliest of all metrics'
 * crossings was wrong by about 100 %.)
 *
 * @returns null without a forecast; zeros when a metric is failing now
 */
export function timeToFailure(
  forecasts: readonly Forecast[],
  horizonS: number,
): Interval<number> | null {
  const first = loudestAmong(forecasts);
  if (first === undefined) return null;
  const { low, likely, high } = first.time;
  return { low: low * horizonS, likely: likely * horizonS, high: high * horizonS };
}
