import { describe, expect, it } from 'vitest';
import { normalShare } from '../../../lib/domain/predict/normal.js';
import { values } from '../series.js';

describe('normalShare', () => {
  it.each([
    [0, 0.5],
    [1, 0.8413447],
    [-1, 0.1586553],
    [1.96, 0.9750021],
    [-3, 0.0013499],
    [6, 0.999999999],
  ])('of %d is %d', (z, share) => {
    expect(normalShare(z)).toBeCloseTo(share, 6);
  });

  it('is 0 and 1 at the ends', () => {
    expect(normalShare(Number.NEGATIVE_INFINITY)).toBe(0);
    expect(normalShare(Number.POSITIVE_INFINITY)).toBe(1);
  });

  it('never decreases and stays between 0 and 1', () => {
    const shares = values(4001, (index) => normalShare((index - 2000) / 200));
    const sorted = [...shares].sort((a, b) => a - b);
    expect(shares).toEqual(sorted);
    expect(shares[0]).toBeGreaterThanOrEqual(0);
    expect(shares.at(-1)).toBeLessThanOrEqual(1);
  });
});
