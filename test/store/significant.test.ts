import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { significant } from '../../lib/store/significant.js';

const exact = (value: number): number => Number(value.toPrecision(4));

describe('significant', () => {
  it.each([
    0,
    -0,
    1,
    -1,
    12_345,
    12_344.999_999,
    0.123_45,
    2.5,
    99_995,
    99_994.999,
    9999.5,
    999.95,
    1e-9,
    1e-10,
    1e12,
    1e11,
    1e22,
    5e-324,
    1.7976931348623157e308,
    0.001,
    0.1 + 0.2,
    86.405,
    -86.405,
    1.0005,
    0.000_999_95,
  ])('keeps four digits of %d', (value) => {
    expect(significant(value)).toBe(exact(value));
  });

  it('is what toPrecision says, of any number', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(significant(value)).toBe(exact(value));
      }),
      { numRuns: 20_000 },
    );
  });

  it('is what toPrecision says, of numbers that are nearly halves of the last digit', () => {
    const digits = fc.integer({ min: 10_000, max: 99_999 });
    const power = fc.integer({ min: -14, max: 12 });
    const nudge = fc.integer({ min: -3, max: 3 });
    fc.assert(
      fc.property(digits, power, nudge, (n, p, by) => {
        const value = Number(`${n}e${p}`) * (1 + by * Number.EPSILON);
        expect(significant(value)).toBe(exact(value));
      }),
      { numRuns: 20_000 },
    );
  });
});
