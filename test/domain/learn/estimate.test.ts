import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { difference, medianOf, share } from '../../../lib/domain/learn/estimate.js';

describe('share', () => {
  // The bounds are those of Newcombe's paper of 1998 on single proportions, method 3, rounded.
  it.each([
    { count: 81, of: 263, low: 0.2553, high: 0.3662 },
    { count: 15, of: 148, low: 0.0624, high: 0.1605 },
    { count: 0, of: 20, low: 0, high: 0.1611 },
    { count: 1, of: 29, low: 0.0061, high: 0.1718 },
  ])('of $count in $of lies from $low to $high', ({ count, of, low, high }) => {
    const is = share(count, of);
    expect(is?.value).toBe(count / of);
    expect(is?.low).toBeCloseTo(low, 4);
    expect(is?.high).toBeCloseTo(high, 4);
  });

  it('is null of nothing', () => {
    expect(share(0, 0)).toBeNull();
  });

  it('lies between its bounds, and they within 0 and 1', () => {
    fc.assert(
      fc.property(fc.nat(500), fc.nat(500), (some, more) => {
        const is = share(some, some + more);
        if (is === null) return;
        expect(is.low).toBeGreaterThanOrEqual(0);
        expect(is.low).toBeLessThanOrEqual(is.value);
        expect(is.value).toBeLessThanOrEqual(is.high);
        expect(is.high).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('difference', () => {
  it('has the bounds of the example in Newcombe’s paper: 56 of 70 against 48 of 80', () => {
    const [one, other] = [share(56, 70), share(48, 80)];
    if (one === null || other === null) throw new Error('both are something');
    const is = difference(one, other);
    expect(is.value).toBeCloseTo(0.2, 12);
    expect(is.low).toBeCloseTo(0.0524, 4);
    expect(is.high).toBeCloseTo(0.3339, 4);
  });
});

describe('medianOf', () => {
  it('is null of nothing, and itself of one', () => {
    expect(medianOf([])).toBeNull();
    expect(medianOf([7])).toEqual({ value: 7, low: 7, high: 7 });
  });

  it('takes the ordered values around the middle for its bounds', () => {
    const values = Array.from({ length: 100 }, (_, i) => i + 1).reverse();
    expect(medianOf(values)).toEqual({ value: 50.5, low: 40, high: 61 });
  });
});
