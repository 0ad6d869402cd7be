import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { middleOf } from '../../../lib/domain/health/middle.js';
import { median } from '../../../lib/domain/predict/robust.js';

describe('middleOf', () => {
  it.each([
    [[], Number.NaN],
    [[3], 3],
    [[4, 1], 2.5],
    [[3, 1, 2], 2],
    [[5, 5, 5, 5], 5],
    [[1, 9, 9, 1, 9], 9],
    [[2, 1, 4, 3], 2.5],
  ])('of %j is %d', (values, middle) => {
    expect(middleOf([...values])).toBe(middle);
  });

  it('is the median of any numbers, to the last bit', () => {
    const few = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 1, maxLength: 60 });
    const any = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }), {
      minLength: 1,
      maxLength: 300,
    });
    fc.assert(
      fc.property(fc.oneof(few, any), (values) => {
        expect(middleOf([...values]) + 0).toBe(median(values) + 0);
      }),
      { numRuns: 2000 },
    );
  });
});
