import type { Line } from '../../domain/health/lines.js';
import type { Sample } from '../../domain/metrics.js';
import type { Settings } from '../../domain/settings.js';
import { SECOND } from '../../domain/time.js';
import type { Copy } from './history.js';
import { rowsLines } from './rows-lines.js';

/** The samples of a window, and the lines that are drawn of them. */
export interface Recent {
  readonly samples: readonly Sample[];
  readonly lines: readonly Line[];
}

/** Reads the samples that a sweep at an instant would have read, and none that came later. */
export type RecentSamples = (now: Date, resetAt: Date | null) => Recent;

/**
 * Follow one copy through time: each call answers the samples of its window.
 *
 * The instants asked for must not decrease. Samples are made as they come into the window, so that no
 * more of them exist than one window holds.
 */
export function recentSamples(
  copy: Copy,
  { windowS, windowPoints }: Pick<Settings, 'windowS' | 'windowPoints'>,
): RecentSamples {
  const { at } = copy;
  const recent: Sample[] = [];
  const linesOf = rowsLines(copy);
  let next = 0;
  return (now, resetAt) => {
    const until = now.getTime();
    for (; (at[next] ?? Number.POSITIVE_INFINITY) <= until; next += 1) {
      recent.push(sampleAt(copy, next));
    }
    const from = Math.max(until - windowS * SECOND, resetAt?.getTime() ?? -Infinity);
    recent.splice(0, outside(recent, from, windowPoints));
    return { samples: recent.slice(), lines: linesOf(next - recent.length, next) };
  };
}

function sampleAt({ instance, at, columns }: Copy, index: number): Sample {
  const values: Record<string, number> = {};
  for (const column of columns) {
    const value = column.values[index];
    if (value !== undefined && !Number.isNaN(value)) values[column.metric] = value;
  }
  return { at: new Date(at[index] ?? Number.NaN), instance, values };
}

/** How many of the oldest lie before the window, or are more than it holds. */
function outside(recent: readonly Sample[], from: number, most: number): number {
  let count = Math.max(0, recent.length - most);
  while ((recent[count]?.at.getTime() ?? Number.POSITIVE_INFINITY) <= from) count += 1;
  return count;
}
