import { describe, expect, it } from 'vitest';
import { lengths, trend } from '../../../lib/domain/predict/trend.js';
import { values } from '../series.js';
import { viewOf } from './view-of.js';

describe('lengths', () => {
  it.each([
    { points: 0, are: [] },
    { points: 4, are: [] },
    { points: 5, are: [4, 5] },
    { points: 8, are: [6, 8] },
    { points: 10, are: [7, 10] },
    { points: 12, are: [8, 12] },
    { points: 13, are: [10, 13] },
    { points: 20, are: [10, 20] },
    { points: 24, are: [10, 24] },
    { points: 25, are: [10, 20, 25] },
    { points: 240, are: [10, 20, 40, 80, 160, 240] },
  ])('of $points points are $are', ({ points, are }) => {
    expect(lengths(points)).toEqual(are);
  });

  it('are two that differ by a quarter, from eight points on', () => {
    for (let points = 8; points < 300; points += 1) {
      const found = lengths(points);
      expect(found.length).toBeGreaterThanOrEqual(2);
      found.slice(1).forEach((length, index) => {
        expect(length).toBeGreaterThanOrEqual(1.25 * (found[index] ?? 0));
      });
    }
  });
});

describe('trend', () => {
  it('is that of the last points', () => {
    const view = viewOf([...values(30, () => 50), ...values(11, (index) => 50 + 2 * index)]);
    const found = trend(view, 11);
    expect(found).toMatchObject({ length: 11, spanS: 600, level: 68, levelAt: -60, tau: 1 });
    expect(found?.slope).toBeCloseTo(2 / 60, 12);
    expect(found?.z).toBeCloseTo(54 / Math.sqrt(165), 12);
  });

  it('takes its significance from the raw values', () => {
    const rising = values(20, (index) => index);
    const found = trend(viewOf(rising, { raw: values(20, () => 1) }), 20);
    expect(found).toMatchObject({ z: 0, tau: 0 });
    expect(found?.slope).toBeCloseTo(1 / 60, 12);
  });

  it('is null at a single instant', () => {
    expect(trend(viewOf([1, 2, 3], { t: [0, 0, 0] }), 3)).toBeNull();
  });
});
