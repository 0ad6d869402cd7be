import { sigmoid } from './logit.js';
import { held, MOST_STEPS, type Point } from './platt.js';

/** The most probable shift under a prior, and how well the outcomes speak for that prior. */
export interface Shrunk {
  readonly shift: number;
  /** Logarithm of the probability of the outcomes under the prior, up to a constant: Laplace's. */
  readonly evidence: number;
}

/** Loss, slope and curvature of the penalised log loss at a shift. */
function penalised(points: readonly Point[], shift: number, precision: number) {
  let [loss, first, second] = [(precision * shift * shift) / 2, precision * shift, precision];
  for (const { x, t, weight } of points) {
    const q = sigmoid(x + shift);
    loss -= weight * (t * Math.log(q) + (1 - t) * Math.log(1 - q));
    first += weight * (q - t);
    second += weight * q * (1 - q);
  }
  return { loss, first, second };
}

/**
 * What a component's own habits add to the log odds, with shrinkage: the most probable shift under a
 * normal prior about 0, so that few outcomes move it little.
 *
 * @param points - `x` the log odds after the installation's map; a weight of 1 is one independent
 * outcome
 * @param precision - of the prior: with 4 a shift is expected within ±0.5, two in three
 * @see Gelman and Hill, "Data Analysis Using Regression and Multilevel Models", 2006, chapter 12:
 * partial pooling; MacKay, "Bayesian interpolation", 1992, for the evidence
 */
export function shrunkShift(points: readonly Point[], precision: number): Shrunk {
  let shift = 0;
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const { first, second } = penalised(points, shift, precision);
    const move = held(first / second, -1, 1);
    shift -= move;
    if (Math.abs(move) < 1e-9) break;
  }
  const { loss, second } = penalised(points, shift, precision);
  return { shift, evidence: -loss + Math.log(precision / second) / 2 };
}
