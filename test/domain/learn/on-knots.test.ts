import { describe, expect, it } from 'vitest';
import { onKnots } from '../../../lib/domain/learn/on-knots.js';

describe('onKnots', () => {
  it.each([
    { p: 0, is: 0 },
    { p: 0.25, is: 0.1 },
    { p: 0.5, is: 0.2 },
    { p: 0.75, is: 0.6 },
    { p: 1, is: 1 },
  ])('leads $p to $is through (0.5, 0.2)', ({ p, is }) => {
    expect(onKnots([[0.5, 0.2]], p)).toBeCloseTo(is, 12);
  });

  it('is flat where the knots are, and keeps to their ends', () => {
    const knots = [
      [0, 0],
      [0.4, 0.3],
      [0.6, 0.3],
      [1, 0.98],
    ] as const;
    expect(onKnots(knots, 0.5)).toBeCloseTo(0.3, 12);
    expect(onKnots(knots, 1)).toBeCloseTo(0.98, 12);
  });

  it('changes nothing without knots', () => {
    expect(onKnots([], 0.3)).toBeCloseTo(0.3, 12);
  });
});
