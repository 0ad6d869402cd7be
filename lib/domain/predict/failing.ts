import type { Series } from '../window.js';

/** Whether each of the last `length` points is at or over a limit; false when there are fewer. */
export function isFailing(y: readonly number[], limit: number, length: number): boolean {
  return y.length >= length && y.slice(-length).every((value) => value >= limit);
}

/** Milliseconds from the first to the last of the newest points that are all at or over a limit. */
export function failingFor({ at, y }: Pick<Series, 'at' | 'y'>, limit: number): number {
  let first = y.length;
  while (first > 0 && (y[first - 1] ?? Number.NaN) >= limit) first -= 1;
  return first === y.length ? 0 : (at.at(-1) ?? 0) - (at[first] ?? 0);
}
