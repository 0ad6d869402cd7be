import { type Line, linesOf } from '../../../lib/domain/health/lines.js';
import type { Sample } from '../../../lib/domain/metrics.js';

/** Cuts what was seen between two instants out of a whole story, which moves on from cut to cut. */
export type Cut = (from: number, to: number) => Line[];

/** The first index, from one on, whose instant is after another. */
function after(at: readonly number[], instant: number, index: number): number {
  let found = index;
  while ((at[found] ?? Number.POSITIVE_INFINITY) <= instant) found += 1;
  return found;
}

/**
 * Draw a story's lines once, to cut windows out of them: drawing them anew at every tick was nine tenths
 * of the time.
 *
 * @returns for instants that never go back, the lines after the first and up to the second
 */
export function cutter(samples: readonly Sample[]): Cut {
  const lines = linesOf(samples).map((line) => ({ line, start: 0, end: 0 }));
  return (from, to) => {
    const shared = new Map<readonly number[], readonly number[]>();
    return lines.flatMap((one) => {
      const { line } = one;
      one.start = after(line.at, from, one.start);
      one.end = after(line.at, to, Math.max(one.start, one.end));
      if (one.start === one.end) return [];
      const at = shared.get(line.at) ?? line.at.slice(one.start, one.end);
      shared.set(line.at, at);
      return [{ ...line, at, y: line.y.slice(one.start, one.end) }];
    });
  };
}
