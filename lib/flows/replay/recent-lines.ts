import type { Line } from '../../domain/health/lines.js';
import type { Settings } from '../../domain/settings.js';
import { SECOND } from '../../domain/time.js';
import type { Copy } from './history.js';
import { rowsLines } from './rows-lines.js';

/** The rows of one copy that a sweep at an instant would have read, and none that came later. */
export interface RecentRows {
  /** How many there are. */
  readonly count: number;
  /** The oldest of them, milliseconds since the epoch, where older ones were too many; −∞ where all are there. */
  readonly wholeSince: number;
  /** Draw the lines of those at or after an instant. */
  readonly lines: (since: number) => readonly Line[];
}

/** Follows one copy through time; the instants asked for must not decrease. */
export type RecentLines = (now: Date, resetAt: Date | null) => RecentRows;

/** The first place at or after an instant. */
function placeOf(at: Float64Array, since: number, first: number): number {
  let place = first;
  while ((at[place] ?? Number.POSITIVE_INFINITY) < since) place += 1;
  return place;
}

/** Follow one copy through time: each call answers the rows of its window. */
export function recentLines(
  copy: Copy,
  { windowS, windowPoints }: Pick<Settings, 'windowS' | 'windowPoints'>,
): RecentLines {
  const { at } = copy;
  const linesOf = rowsLines(copy);
  const timeAt = (place: number): number => at[place] ?? Number.POSITIVE_INFINITY;
  let first = 0;
  let next = 0;
  return (now, resetAt) => {
    const until = now.getTime();
    while (timeAt(next) <= until) next += 1;
    const from = Math.max(until - windowS * SECOND, resetAt?.getTime() ?? -Infinity);
    first = Math.max(first, next - windowPoints);
    while (first < next && timeAt(first) <= from) first += 1;
    const [oldest, newest, count] = [first, next, next - first];
    const lines = (since: number): readonly Line[] =>
      linesOf(Math.min(newest, placeOf(at, since, oldest)), newest);
    return { count, wholeSince: count < windowPoints ? -Infinity : timeAt(oldest), lines };
  };
}
