/**
 * Probability that a standard normal variable is at most `z`.
 *
 * @param z - any number; ±Infinity give 1 and 0
 * @returns 0 to 1, never decreasing in `z`, within 1e-7 of the true value
 * @see Abramowitz and Stegun, "Handbook of Mathematical Functions", 26.2.17
 */
export function normalShare(z: number): number {
  if (z < 0) return 1 - normalShare(-z);
  if (z > 8) return 1;
  const t = 1 / (1 + 0.2316419 * z);
  const series =
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return 1 - (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * series;
}
