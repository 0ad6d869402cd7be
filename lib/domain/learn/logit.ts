/**
 * Probabilities nearer to 0 or 1 than this count as this: no outcome, and no forecast, may weigh
 * infinitely. One in ten thousand is rarer than any failure that 60 days of samples can show.
 */
const LEAST = 1e-4;

/**
 * The logarithm of a probability's odds, held within ±9.2.
 *
 * @param p - 0 to 1
 */
export function logit(p: number): number {
  const held = Math.min(1 - LEAST, Math.max(LEAST, p));
  return Math.log(held / (1 - held));
}

/** The probability of some log odds: the inverse of {@link logit}; above 0 and below 1. */
export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
