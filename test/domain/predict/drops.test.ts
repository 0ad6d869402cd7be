import { describe, expect, it } from 'vitest';
import { drops, floors } from '../../../lib/domain/predict/drops.js';
import { gaussOf, values } from '../series.js';

const saw = values(60, (index) => 50 + 2 * (index % 20));

describe('drops', () => {
  it.each([
    { name: 'nothing', x: [], at: [] },
    { name: 'five points', x: [90, 90, 10, 10, 10], at: [] },
    { name: 'a flat line', x: values(30, () => 70), at: [] },
    { name: 'a rising line', x: values(30, (index) => 2 * index), at: [] },
    { name: 'one spike', x: values(30, (index) => (index === 15 ? 95 : 40)), at: [] },
    { name: 'one hole', x: values(30, (index) => (index === 15 ? 5 : 40)), at: [] },
    { name: 'a step up', x: values(30, (index) => (index < 15 ? 40 : 80)), at: [] },
    { name: 'a restart', x: values(30, (index) => (index < 15 ? 80 : 40)), at: [15] },
    { name: 'a restart of three points', x: [80, 80, 80, 40, 40, 40], at: [3] },
    { name: 'a small step down', x: values(30, (index) => (index < 15 ? 80 : 74)), at: [] },
    { name: 'a sawtooth', x: saw, at: [20, 40] },
  ])('are at $at in $name', ({ x, at }) => {
    expect(drops(x, 97.5)).toEqual(at);
  });

  it('does not find any in noise', () => {
    const found = values(200, (seed) => {
      const gauss = gaussOf(seed + 1);
      return drops(
        values(240, () => 70 + 4 * gauss()),
        97.5,
      ).length;
    });
    expect(found.reduce((sum, count) => sum + count, 0)).toBe(0);
  });

  it('finds them through noise', () => {
    const gauss = gaussOf(5);
    expect(
      drops(
        saw.map((y) => y + 0.7 * gauss()),
        97.5,
      ),
    ).toEqual([20, 40]);
  });
});

describe('floors', () => {
  it('are the lowest points after each drop', () => {
    const x = [60, 70, 50, 48, 60, 70, 55, 60, 54];
    expect(floors(x, [2, 6])).toEqual([3, 8]);
  });

  it('are none without a drop', () => {
    expect(floors([1, 2, 3], [])).toEqual([]);
  });
});
