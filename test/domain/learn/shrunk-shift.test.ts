import { describe, expect, it } from 'vitest';
import { shrunkShift } from '../../../lib/domain/learn/shrunk-shift.js';

describe('shrunkShift', () => {
  const wrong = (count: number) =>
    shrunkShift(
      Array.from({ length: count }, () => ({ x: Math.log(4), t: 0, weight: 1 })),
      4,
    ).shift;

  it.each([
    { count: 0, least: 0, most: 0 },
    { count: 1, least: -0.2, most: -0.1 },
    { count: 5, least: -0.9, most: -0.6 },
    { count: 20, least: -2, most: -1.4 },
  ])('lies from $least to $most after $count false alarms', ({ count, least, most }) => {
    expect(wrong(count)).toBeGreaterThanOrEqual(least);
    expect(wrong(count)).toBeLessThanOrEqual(most);
  });

  it('is nothing where what was said is what came', () => {
    expect(shrunkShift([{ x: 0, t: 0.5, weight: 100 }], 4).shift).toBeCloseTo(0, 12);
  });
});
