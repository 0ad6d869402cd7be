import { describe, expect, it } from 'vitest';
import { forestOf } from '../../../lib/domain/predict/forest.js';

const ONE = { depth: 1, base: 0.5, feature: [1], edge: [10], leaf: [-1, 2] };

describe('forestOf', () => {
  it.each([
    { row: [0, 9.9], is: -0.5 },
    { row: [0, 10], is: 2.5 },
    { row: [99, 0], is: -0.5 },
  ])('answers $is for $row: at the edge is right of it', ({ row, is }) => {
    expect(forestOf(ONE)(row)).toBeCloseTo(is, 12);
  });

  it('finds each leaf of a deeper tree, and adds trees up', () => {
    const deep = {
      ...{ depth: 2, base: 0 },
      ...{ feature: [0, 1, 1, 0, 0, 0], edge: [1, 1, 1, 5, 5, 5] },
      leaf: [1, 2, 3, 4, 10, 10, 20, 20],
    };
    const ask = forestOf(deep);
    expect([0, 1].flatMap((a) => [0, 1].map((b) => ask([a, b])))).toEqual([11, 12, 13, 14]);
    expect(ask([5, 0])).toBe(23);
  });

  it.each([
    { name: 'a leaf too few', of: { ...ONE, leaf: [1] } },
    { name: 'an edge too many', of: { ...ONE, edge: [1, 2] } },
  ])('refuses $name', ({ of }) => {
    expect(() => forestOf(of)).toThrow(RangeError);
  });
});
