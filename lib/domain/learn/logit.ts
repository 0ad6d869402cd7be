/**
 * Probabilities nearer to 0 or 1 than this count as this: no outcome, and no forecast, may weigh
 * infinitely. A predictor that has seen a few thousand outcomes knows no smaller ones.
 */
const LEAST = 1e-3;

/**
 * The logarithm of a probability's odds, held within ±6.9 unless told otherwise.
 *
 * @param p - 0 to 1
 * @param least - what counts as this near to 0 or 1
 */
export function logit(p: number, least = LEAST): number {
  const held = Math.min(1 - least, Math.max(least, p));
  return Math.log(held / (1 - held));
}

/** The probability of some log odds: the inverse of {@link logit}; above 0 and below 1. */
export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
