import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mapped } from '../../../lib/domain/learn/calibrated.js';
import { HorizonMap } from '../../../lib/domain/learn/calibration.js';
import { isotonicKnots } from '../../../lib/domain/learn/isotonic.js';

const scored = fc.array(
  fc.record({
    x: fc.double({ min: 0, max: 1, noNaN: true }),
    y: fc.constantFrom<0 | 1>(0, 1),
    weight: fc.double({ min: 0.5, max: 20, noNaN: true }),
    fate: fc.string({ maxLength: 1 }),
  }),
  { maxLength: 300 },
);

describe('isotonicKnots', () => {
  it('are none without outcomes', () => {
    expect(isotonicKnots([])).toEqual([]);
  });

  it('are such that a map can be made of them, always', () => {
    fc.assert(
      fc.property(scored, (some) => {
        const knots = isotonicKnots(some);
        expect(HorizonMap.safeParse({ a: 1, b: 0, knots }).success).toBe(true);
      }),
    );
  });

  it('draw few outcomes to what was said', () => {
    const three = [1, 2, 3].map((n) => ({ x: 0.8, y: 1 as const, weight: 1, fate: `${n}` }));
    const knots = isotonicKnots(three);
    expect(mapped({ a: 1, b: 0, knots }, 0.8)).toBeCloseTo((3 + 8 * 0.8) / 11, 4);
  });

  it('count those that share a fate once', () => {
    const one = { x: 0.8, y: 1 as const, weight: 1, fate: 'same' };
    expect(isotonicKnots([one, one, one])).toEqual(isotonicKnots([one]));
  });

  it('follow many outcomes, and what was said where there are none', () => {
    const many = Array.from({ length: 400 }, (_, n) => ({
      x: 0.4 + (n % 20) / 100,
      y: n % 10 === 0 ? (1 as const) : (0 as const),
      weight: 1,
      fate: `${n}`,
    }));
    const map = { a: 1, b: 0, knots: isotonicKnots(many) };
    expect(mapped(map, 0.5)).toBeLessThan(0.16);
    expect(mapped(map, 0.99)).toBeGreaterThan(0.95);
  });
});
