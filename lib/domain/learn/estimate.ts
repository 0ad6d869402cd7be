import { quantile } from '../predict/robust.js';

/** A measured figure with its interval at 95 %. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** The normal quantile of 95 %, both sides. */
const Z = 1.959_964;

/**
 * A share with Wilson's interval; null of nothing.
 *
 * @param count - 0 to `of`
 * @see Wilson, "Probable inference, the law of succession, and statistical inference", 1927
 */
export function share(count: number, of: number): Estimate | null {
  if (of === 0) return null;
  const p = count / of;
  const z2 = Z * Z;
  const middle = (p + z2 / (2 * of)) / (1 + z2 / of);
  const half = (Z / (1 + z2 / of)) * Math.sqrt((p * (1 - p)) / of + z2 / (4 * of * of));
  // Rounding must not put the bounds of 0 and 1 beside them.
  const low = count === 0 ? 0 : Math.max(0, middle - half);
  return { value: p, low, high: count === of ? 1 : Math.min(1, middle + half) };
}

/**
 * How much larger one share is than another, with Newcombe's interval of the difference.
 *
 * @see Newcombe, "Interval estimation for the difference between independent proportions", 1998,
 * method 10
 */
export function difference(one: Estimate, other: Estimate): Estimate {
  const value = one.value - other.value;
  const below = Math.hypot(one.value - one.low, other.high - other.value);
  const above = Math.hypot(one.high - one.value, other.value - other.low);
  return { value, low: value - below, high: value + above };
}

/**
 * The median with its distribution-free interval: those two of the ordered values between which the true
 * median lies in 95 % of samples, by the normal approximation to the binomial; null of nothing.
 *
 * @see Conover, "Practical Nonparametric Statistics", 1999, section 3.2
 */
export function medianOf(values: readonly number[]): Estimate | null {
  const n = values.length;
  if (n === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const reach = (Z * Math.sqrt(n)) / 2;
  const at = (rank: number): number => sorted[Math.max(0, Math.min(n - 1, rank - 1))] ?? 0;
  return {
    value: quantile(sorted, 0.5),
    low: at(Math.floor(n / 2 - reach)),
    high: at(Math.ceil(n / 2 + 1 + reach)),
  };
}
