import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plattMap } from '../../../lib/domain/learn/platt.js';

const points = fc.array(
  fc.record({
    p: fc.double({ min: 0, max: 1, noNaN: true }),
    y: fc.constantFrom<0 | 1>(0, 1),
    weight: fc.double({ min: 0, max: 1000, noNaN: true }),
  }),
  { maxLength: 80 },
);

describe('plattMap', () => {
  it('is the identity without outcomes', () => {
    expect(plattMap([])).toEqual({ a: 1, b: 0 });
  });

  it('moves little for one outcome, and far for many', () => {
    const wrong = (count: number) =>
      plattMap(Array.from({ length: count }, () => ({ p: 0.5, y: 0, weight: 1 })));
    expect(wrong(1).b).toBeGreaterThan(-0.2);
    expect(wrong(200).b).toBeLessThan(-2);
  });

  it('always rises, whatever the outcomes', () => {
    fc.assert(
      fc.property(points, (some) => {
        const { a, b } = plattMap(some);
        expect(a).toBeGreaterThanOrEqual(0.2);
        expect(a).toBeLessThanOrEqual(4);
        expect(Math.abs(b)).toBeLessThanOrEqual(5);
      }),
    );
  });

  it('takes a weight of two for two outcomes', () => {
    const one = { p: 0.8, y: 0 as const, weight: 1 };
    const two = plattMap([{ ...one, weight: 2 }]);
    const both = plattMap([one, one]);
    expect(two.a).toBeCloseTo(both.a, 9);
    expect(two.b).toBeCloseTo(both.b, 9);
  });
});
