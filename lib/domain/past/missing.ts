/**
 * So many numbers that are missing yet (NaN).
 *
 * Pushed one by one, so that the array has no holes: engines read such arrays of numbers without boxing each,
 * which `new Array(length).fill(NaN)` would cost.
 */
export function missing(length: number): number[] {
  const numbers: number[] = [];
  for (let i = 0; i < length; i += 1) numbers.push(Number.NaN);
  return numbers;
}
