import { median } from '../robust.js';

// What some few numbers come to, without allocation: asked for every metric at every sweep.

/** Sort the first `count` of some numbers in place: they are few. */
function sortFirst(values: number[], count: number): void {
  for (let i = 1; i < count; i += 1) {
    const value = values[i] ?? 0;
    let place = i;
    while (place > 0 && (values[place - 1] ?? 0) > value) {
      values[place] = values[place - 1] ?? 0;
      place -= 1;
    }
    values[place] = value;
  }
}

/** The middle of the first `count` numbers; sorts them. */
function middle(values: number[], count: number): number {
  if (count === 0) return Number.NaN;
  // Insertion is fast for the few points of a minute, and slow for those that a sender repeats by the thousand.
  if (count > FEW) return median(values.slice(0, count));
  sortFirst(values, count);
  const half = count >> 1;
  const high = values[half] ?? Number.NaN;
  return count % 2 === 1 ? high : ((values[half - 1] ?? Number.NaN) + high) / 2;
}

const FEW = 64;

/** Mean of the numbers between two places, both included. */
export function average(values: readonly number[], from: number, to: number): number {
  let sum = 0;
  for (let i = from; i <= to; i += 1) sum += values[i] ?? 0;
  return sum / (to - from + 1);
}

/** Numbers that are sorted: used again and again. */
const few: number[] = [Number.NaN];

/** The middle of the numbers between two places, both included. */
export function middleOf(values: readonly number[], from: number, to: number): number {
  for (let i = from; i <= to; i += 1) few[i - from] = values[i] ?? Number.NaN;
  return middle(few, to - from + 1);
}

/** Median of |steps| from one number to the next, missing ones (NaN) left out; 0 without steps. */
export function noiseOf(values: readonly number[]): number {
  let last = Number.NaN;
  let count = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    if (!Number.isNaN(last)) {
      few[count] = Math.abs(value - last);
      count += 1;
    }
    last = value;
  }
  return count === 0 ? 0 : middle(few, count);
}

/** How many of the values before one it is above, less those that it is below. */
function wins(values: readonly number[], place: number): number {
  const value = values[place] ?? Number.NaN;
  let sum = 0;
  for (let i = 0; i < place; i += 1) {
    const before = values[i] ?? Number.NaN;
    if (value > before) sum += 1;
    else if (value < before) sum -= 1;
  }
  return sum;
}

/** Kendall's tau of what is there, −1 to 1; 0 for fewer than five points. */
export function tau(values: readonly number[]): number {
  let sum = 0;
  let points = 0;
  for (let i = 0; i < values.length; i += 1) {
    if (Number.isNaN(values[i] ?? Number.NaN)) continue;
    points += 1;
    sum += wins(values, i);
  }
  return points < 5 ? 0 : sum / ((points * (points - 1)) / 2);
}
