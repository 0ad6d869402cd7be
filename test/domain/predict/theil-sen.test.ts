import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { theilSen } from '../../../lib/domain/predict/theil-sen.js';
import { gaussOf, values } from '../series.js';

const minutes = (count: number): number[] => values(count, (index) => index);

describe('theilSen', () => {
  it.each([
    { name: 'no point', t: [], x: [] },
    { name: 'one point', t: [1], x: [1] },
    { name: 'one instant', t: [1, 1, 1], x: [1, 2, 3] },
  ])('is null for $name', ({ t, x }) => {
    expect(theilSen(t, x)).toBeNull();
  });

  it('is the line itself for points on a line', () => {
    const line = theilSen(
      minutes(10),
      values(10, (index) => 5 + 2 * index),
    );
    expect(line).toEqual({ slope: 2, low: 2, high: 2, intercept: 5 });
  });

  it('is the middle slope of an even number of pairs', () => {
    expect(theilSen([0, 1, 2, 4], [0, 1, 4, 12])?.slope).toBeCloseTo(3, 12);
  });

  it('holds while a quarter of the points are wild', () => {
    const wild = values(40, (index) => (index % 4 === 3 ? 1e6 : 3 * index));
    expect(theilSen(minutes(40), wild)?.slope).toBeCloseTo(3, 1);
  });

  it('holds the true slope in its interval about 95 times of 100', () => {
    const held = values(400, (seed) => {
      const gauss = gaussOf(seed + 1);
      const line = theilSen(
        minutes(30),
        values(30, (index) => 0.5 * index + 4 * gauss()),
      );
      return line !== null && line.low <= 0.5 && line.high >= 0.5 ? 1 : 0;
    }).reduce<number>((sum, one) => sum + one, 0);
    expect(held).toBeGreaterThan(365);
    expect(held).toBeLessThan(398);
  });

  it('finds the same slope in a thinned long series', () => {
    const gauss = gaussOf(3);
    const line = theilSen(
      minutes(1000),
      values(1000, (index) => index + gauss()),
    );
    expect(line?.slope).toBeCloseTo(1, 2);
    expect(line?.low).toBeLessThanOrEqual(line?.slope ?? Number.NaN);
    expect(line?.high).toBeGreaterThanOrEqual(line?.slope ?? Number.NaN);
  });

  it('moves with its units', () => {
    const integers = fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 2, maxLength: 30 });
    fc.assert(
      fc.property(integers, (x) => {
        const plain = theilSen(minutes(x.length), x);
        const scaled = theilSen(
          minutes(x.length).map((t) => 60 * t - 7),
          x.map((value) => 10 * value + 3),
        );
        expect(scaled?.slope).toBeCloseTo((10 * (plain?.slope ?? Number.NaN)) / 60, 9);
        expect(plain?.low).toBeLessThanOrEqual(plain?.slope ?? Number.NaN);
      }),
    );
  });
});
