import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mannKendall } from '../../../lib/domain/predict/mann-kendall.js';
import { gaussOf, values } from '../series.js';

describe('mannKendall', () => {
  it.each([
    { of: [], s: 0, tau: 0, z: 0 },
    { of: [1], s: 0, tau: 0, z: 0 },
    { of: [4, 4, 4, 4], s: 0, tau: 0, z: 0 },
    { of: [1, 2, 3, 4, 5, 6, 7, 8], s: 28, tau: 1, z: 27 / Math.sqrt(1176 / 18) },
    { of: [8, 7, 6, 5, 4, 3, 2, 1], s: -28, tau: -1, z: -27 / Math.sqrt(1176 / 18) },
    // Two ties of two: the variance loses 2 × (2 · 1 · 9) of its numerator.
    { of: [1, 1, 2, 2], s: 4, tau: 1, z: 3 / Math.sqrt((156 - 36) / 18) },
  ])('is $s, $tau, $z for $of', ({ of, s, tau, z }) => {
    const found = mannKendall(of);
    expect(found.s).toBe(s);
    expect(found.tau).toBe(tau);
    expect(found.z).toBeCloseTo(z, 12);
  });

  it('turns its sign with the series, and does not see a stretch of the values', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { maxLength: 40 }), (series) => {
        const { s, z } = mannKendall(series);
        const turned = mannKendall([...series].reverse());
        expect(turned.s + s).toBe(0);
        expect(turned.z + z).toBeCloseTo(0, 9);
        expect(mannKendall(series.map((value) => 3 * value + 1)).z).toBeCloseTo(z, 9);
      }),
    );
  });

  it('finds a direction in no more than 1 of 20 noises at 1.96', () => {
    const found = values(1000, (seed) => {
      const gauss = gaussOf(seed + 1);
      return Math.abs(mannKendall(values(20, gauss)).z);
    }).filter((z) => z >= 1.96);
    expect(found.length).toBeGreaterThan(20);
    expect(found.length).toBeLessThan(65);
  });
});
