import type { Line } from '../../domain/health/lines.js';
import type { Settings } from '../../domain/settings.js';
import { SECOND } from '../../domain/time.js';
import type { Copy } from './history.js';
import { rowsLines } from './rows-lines.js';

/**
 * Draws the lines of the samples that a sweep at an instant would have read, and of none that came later;
 * null where it would have read none.
 */
export type RecentLines = (now: Date, resetAt: Date | null) => readonly Line[] | null;

/**
 * Follow one copy through time: each call answers the lines of its window.
 *
 * The instants asked for must not decrease.
 */
export function recentLines(
  copy: Copy,
  { windowS, windowPoints }: Pick<Settings, 'windowS' | 'windowPoints'>,
): RecentLines {
  const { at } = copy;
  const linesOf = rowsLines(copy);
  let first = 0;
  let next = 0;
  return (now, resetAt) => {
    const until = now.getTime();
    while ((at[next] ?? Number.POSITIVE_INFINITY) <= until) next += 1;
    const from = Math.max(until - windowS * SECOND, resetAt?.getTime() ?? -Infinity);
    first = Math.max(first, next - windowPoints);
    while (first < next && (at[first] ?? Number.POSITIVE_INFINITY) <= from) first += 1;
    return first === next ? null : linesOf(first, next);
  };
}
