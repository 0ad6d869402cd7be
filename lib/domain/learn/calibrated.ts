import type { Prediction } from '../assessment.js';
import type { Calibration, Horizon, HorizonMap } from './calibration.js';
import { logit, sigmoid } from './logit.js';
import { onKnots } from './on-knots.js';

type Horizons = Prediction['horizons'];

/** What a horizon's map makes of a probability, whatever the component. */
export function mapped({ a, b, knots }: HorizonMap, p: number): number {
  const scaled = a === 1 && b === 0 ? p : sigmoid(a * logit(p) + b);
  return knots.length === 0 ? scaled : onKnots(knots, scaled);
}

/** What a component's own habits make of a probability. */
export function shifted(p: number, shift: number): number {
  return shift === 0 ? p : sigmoid(logit(p) + shift);
}

/** The shift of a component; names such as `constructor` are names like any other. */
function shiftOf({ components }: Calibration, component: string, horizon: Horizon): number {
  return Object.hasOwn(components, component) ? (components[component]?.[horizon] ?? 0) : 0;
}

/**
 * The probabilities that a forecast's raw ones mean, going by what came of earlier ones.
 *
 * Each horizon by itself: its map, then the component's shift of the log odds. A failure within an
 * hour is one within six: where the maps disagree, the nearer horizon's probability stands.
 *
 * @param horizons - raw, 0 to 1
 * @returns 0 to 1, never decreasing from one horizon to the next; with `NO_CALIBRATION`, what came in
 */
export function calibrated(
  horizons: Horizons,
  calibration: Calibration,
  component: string,
): Horizons {
  const means = (horizon: Horizon): number =>
    shifted(
      mapped(calibration.horizons[horizon], horizons[horizon]),
      shiftOf(calibration, component, horizon),
    );
  const first = means('1h');
  const within6 = Math.max(first, means('6h'));
  return { '1h': first, '6h': within6, '24h': Math.max(within6, means('24h')) };
}
