import { select } from '../select.js';

/**
 * The median of some finite numbers, which are put into another order; NaN when there are none.
 *
 * What `median` says, without sorting them all: a look at a component asks for a dozen medians.
 */
export function middleOf(values: number[]): number {
  const half = values.length >> 1;
  const high = select(values, half);
  if (values.length % 2 === 1 || values.length === 0) return high;
  let low = values[0] ?? Number.NaN;
  for (let i = 1; i < half; i += 1) {
    const value = values[i] ?? Number.NaN;
    if (value > low) low = value;
  }
  return low + (high - low) * 0.5;
}
