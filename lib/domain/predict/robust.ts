import { select } from '../select.js';

/**
 * The quantile of some finite numbers, linear between neighbours.
 *
 * @param values - in any order; not changed
 * @param share - 0 to 1
 * @returns NaN when there are no values
 */
export function quantile(values: readonly number[], share: number): number {
  const own = values.slice();
  const place = share * (own.length - 1);
  const floor = Math.floor(place);
  const low = select(own, floor);
  if (floor === place || own.length === 0) return low;
  let high = own[floor + 1] ?? Number.NaN;
  for (let i = floor + 2; i < own.length; i += 1) {
    const value = own[i] ?? Number.NaN;
    if (value < high) high = value;
  }
  return low + (high - low) * (place - floor);
}

/** The middle of some numbers; NaN when there are none. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Differences of neighbours, one fewer than the values. */
export function steps(values: readonly number[]): number[] {
  return values.slice(1).map((value, index) => value - (values[index] ?? value));
}

/**
 * How much a series jitters from one point to the next, in its own unit; 0 for fewer than two
 * points.
 *
 * The median of absolute steps, so that neither a jump nor a few spikes count, times 1.05, which
 * makes it the standard deviation where the jitter is white Gaussian noise: the step of two such
 * values has the deviation √2 σ, and the median of its absolute value is 0.6745 of that, 0.954 σ.
 */
export function noise(values: readonly number[]): number {
  const sizes = steps(values).map(Math.abs);
  return sizes.length === 0 ? 0 : 1.05 * median(sizes);
}

/** {@link noise} about a trend: the median step is taken off first. */
export function jitter(values: readonly number[]): number {
  const all = steps(values);
  return all.length === 0 ? 0 : 1.05 * spread(all);
}

/**
 * Median absolute deviation from the median, in the unit of the values; NaN when there are none.
 */
export function spread(values: readonly number[]): number {
  const centre = median(values);
  return median(values.map((value) => Math.abs(value - centre)));
}
