/**
 * Where the last run of at least `length` points at or over a limit ends.
 *
 * @param length - 1 or more
 * @returns the index after that run; 0 when there is none; the number of points when it still lasts
 */
export function afterLastFailure(y: readonly number[], limit: number, length: number): number {
  let run = 0;
  let after = 0;
  for (const [index, value] of y.entries()) {
    run = value >= limit ? run + 1 : 0;
    if (run >= length) after = index + 1;
  }
  return after;
}

/** Whether each of the last `length` points is at or over a limit; false when there are fewer. */
export function isFailing(y: readonly number[], limit: number, length: number): boolean {
  return y.length >= length && y.slice(-length).every((value) => value >= limit);
}
