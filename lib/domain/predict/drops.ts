import { median, noise } from './robust.js';

/** Points on each side that are compared: three, so that one spike is no drop. */
const SIDE = 3;

function fall(x: readonly number[], index: number): { size: number; inside: number } {
  const before = x.slice(Math.max(0, index - SIDE), index);
  const after = x.slice(index, index + SIDE);
  const range = (part: readonly number[]): number => Math.max(...part) - Math.min(...part);
  return {
    size: median(before) - median(after),
    inside: Math.max(range(before), range(after)),
  };
}

/**
 * Where a series falls at once and stays down: a restart, a collection, a clean-up.
 *
 * A fall is a drop when the medians of three points before and after differ by more than 6 noise, by
 * more than 2.5 times what either side varies, and by more than 8 % of the scale. (The factors 6 and
 * 2.5 separated deployments from noise in the study named in ARCHITECTURE.md, "Prediction"; 8 % is
 * twice the least rise that a forecast reports.)
 *
 * @param scale - the whole way from the domain's zero to its limit
 * @returns indices of the first point after each drop, increasing
 */
export function drops(x: readonly number[], scale: number): number[] {
  const least = Math.max(6 * noise(x), 0.08 * scale);
  const found: number[] = [];
  let best = { index: -1, size: 0 };
  for (let index = SIDE; index + SIDE <= x.length; index += 1) {
    const { size, inside } = fall(x, index);
    const isDrop = size > least && size > 2.5 * inside;
    if (isDrop && size > best.size) best = { index, size };
    if (best.index >= 0 && (!isDrop || index - best.index >= SIDE)) {
      found.push(best.index);
      best = { index: -1, size: 0 };
    }
  }
  if (best.index >= 0) found.push(best.index);
  return found;
}

/**
 * The lowest point of every stretch between two drops, and of the one since the last.
 *
 * A sawtooth's floor: what a collection cannot free. The stretch before the first drop is left out, as
 * it may have begun anywhere.
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
