import { median, noise } from './robust.js';

/** Points on each side that are compared: three, so that one spike is no drop. */
const SIDE = 3;

interface Drop {
  /** Of the first point after it. */
  readonly index: number;
  readonly size: number;
}

/** How far the medians of three points before and after differ; 0 where that is no drop. */
function dropSize(x: readonly number[], index: number, least: number): number {
  const before = x.slice(index - SIDE, index);
  const after = x.slice(index, index + SIDE);
  // Nearly every point ends here: medians cannot differ by more than the extremes do.
  if (Math.max(...before) - Math.min(...after) <= least) return 0;
  const range = (part: readonly number[]): number => Math.max(...part) - Math.min(...part);
  const size = median(before) - median(after);
  return size > least && size > 2.5 * Math.max(range(before), range(after)) ? size : 0;
}

/** Add a drop; of several within three points the largest stands, for they are one. */
function merged(found: readonly Drop[], drop: Drop): Drop[] {
  const last = found.at(-1);
  if (last === undefined || drop.index - last.index >= SIDE) return [...found, drop];
  return drop.size > last.size ? [...found.slice(0, -1), drop] : [...found];
}

/**
 * Where a series falls at once and stays down: a restart, a collection, a clean-up.
 *
 * A fall is a drop when the medians of three points before and after differ by more than 6 noise,
 * by more than 2.5 times what either side varies, and by more than 8 % of the scale. (The factors 6
 * and 2.5 separated deployments from noise in the study named in ARCHITECTURE.md, "Prediction"; 8 %
 * is twice the least rise that a forecast reports.)
 *
 * @param scale - the whole way from the domain's zero to its limit
 * @returns indices of the first point after each drop, increasing
 */
export function drops(x: readonly number[], scale: number): number[] {
  const least = Math.max(6 * noise(x), 0.08 * scale);
  let found: Drop[] = [];
  for (let index = SIDE; index + SIDE <= x.length; index += 1) {
    const size = dropSize(x, index, least);
    if (size > 0) found = merged(found, { index, size });
  }
  return found.map(({ index }) => index);
}

/**
 * The lowest point of every stretch between two drops, and of the one since the last.
 *
 * A sawtooth's floor: what a collection cannot free. The stretch before the first drop is left out,
 * as it may have begun anywhere.
 *
 * @param at - result of {@link drops}
 * @returns indices, increasing, one for each drop
 */
export function floors(x: readonly number[], at: readonly number[]): number[] {
  return at.map((start, tooth) => {
    const end = at[tooth + 1] ?? x.length;
    let lowest = start;
    for (let index = start; index < end; index += 1) {
      if ((x[index] ?? 0) < (x[lowest] ?? 0)) lowest = index;
    }
    return lowest;
  });
}
