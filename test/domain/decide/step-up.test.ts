import { describe, expect, it } from 'vitest';
import { stepUp } from '../../../lib/domain/decide/step-up.js';
import { ago, series } from './build.js';

const flat = (length: number, value: number) => Array.from({ length }, () => value);
/** A repeatable jitter around a value: the golden ratio's multiples fill [0, 1) evenly. */
const noisy = (length: number, value: number, width: number) =>
  Array.from({ length }, (_, i) => value + width * (((i * 0.618_033_988_75) % 1) - 0.5));

/** Points are a minute apart and end now: the event lies between the parts. */
const eventBefore = (points: number) => ago(points * 60 - 30);

describe('stepUp', () => {
  it('finds a clean step, its levels and its first point', () => {
    const line = series([...flat(20, 0.01), ...flat(10, 0.3)]);
    expect(stepUp(line, eventBefore(10))).toEqual({ before: 0.01, now: 0.3, at: ago(9 * 60) });
  });

  it('finds a step in noise that comes a while after the event', () => {
    const line = series([...noisy(30, 200, 40), ...noisy(12, 200, 40), ...noisy(8, 900, 40)]);
    const step = stepUp(line, eventBefore(20));
    expect(step?.at).toEqual(ago(7 * 60));
    expect(step?.now).toBeGreaterThan(800);
  });

  it('finds a step that takes three points to complete', () => {
    const line = series([...flat(20, 100), 200, 300, 400, ...flat(6, 500)]);
    expect(stepUp(line, eventBefore(9))?.now).toBe(500);
  });

  it.each([
    { before: 3, behind: 3, found: true },
    { before: 2, behind: 3, found: false },
    { before: 3, behind: 2, found: false },
    { before: 0, behind: 9, found: false },
    { before: 9, behind: 0, found: false },
  ])('needs three points on both sides: $before and $behind', ({ before, behind, found }) => {
    const line = series([...flat(before, 1), ...flat(behind, 9)]);
    expect(stepUp(line, eventBefore(behind)) !== null).toBe(found);
  });

  it.each([
    { what: 'nothing happened', y: flat(30, 100), behind: 10 },
    { what: 'it fell', y: [...flat(20, 100), ...flat(10, 20)], behind: 10 },
    { what: 'there is only noise', y: noisy(60, 100, 50), behind: 20 },
    { what: 'a spike is over', y: [...flat(20, 100), 900, 900, ...flat(8, 100)], behind: 10 },
    { what: 'it began before the event', y: [...flat(20, 100), ...flat(10, 500)], behind: 5 },
    { what: 'it is a drift', y: Array.from({ length: 60 }, (_, i) => 100 + 10 * i), behind: 20 },
    { what: 'a drift began after it', y: [...flat(30, 100), ...drift(30, 100, 20)], behind: 30 },
    { what: 'there are no numbers', y: flat(30, Number.NaN), behind: 10 },
    { what: 'it is empty', y: [], behind: 0 },
  ])('finds none when $what', ({ y, behind }) => {
    expect(stepUp(series(y), eventBefore(behind))).toBeNull();
  });

  it('finds none in a drift, wherever the event lies', () => {
    for (let length = 6; length <= 60; length += 1) {
      for (let behind = 3; behind <= length - 3; behind += 1) {
        expect(stepUp(series(drift(length, 50, 7)), eventBefore(behind))).toBeNull();
      }
    }
  });
});

function drift(length: number, from: number, slope: number): number[] {
  return Array.from({ length }, (_, i) => from + slope * i);
}
