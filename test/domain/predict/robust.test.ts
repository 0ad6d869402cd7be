import { describe, expect, it } from 'vitest';
import {
  jitter,
  median,
  noise,
  quantile,
  spread,
  steps,
} from '../../../lib/domain/predict/robust.js';
import { gaussOf, values } from '../series.js';

describe('quantile', () => {
  it.each([
    { of: [3, 1, 2], share: 0, is: 1 },
    { of: [3, 1, 2], share: 0.5, is: 2 },
    { of: [3, 1, 2], share: 1, is: 3 },
    { of: [1, 2], share: 0.25, is: 1.25 },
    { of: [7], share: 0.9, is: 7 },
    { of: [10, 9, 100], share: 0.5, is: 10 },
  ])('is $is for $share of $of', ({ of, share, is }) => {
    expect(quantile(of, share)).toBe(is);
  });

  it('is NaN without values, and leaves its argument as it was', () => {
    const unsorted = [3, 1, 2];
    quantile(unsorted, 0.5);
    expect(unsorted).toEqual([3, 1, 2]);
    expect(quantile([], 0.5)).toBeNaN();
    expect(median([])).toBeNaN();
  });
});

describe('steps', () => {
  it.each([
    { of: [], are: [] },
    { of: [1], are: [] },
    { of: [1, 4, 2], are: [3, -2] },
  ])('are $are for $of', ({ of, are }) => {
    expect(steps(of)).toEqual(are);
  });
});

describe('noise', () => {
  it('is 0 for nothing, one point and a flat line', () => {
    expect([noise([]), noise([5]), noise([5, 5, 5])]).toEqual([0, 0, 0]);
  });

  it('is the deviation of white noise', () => {
    const gauss = gaussOf(1);
    expect(noise(values(20_000, () => 50 + 3 * gauss()))).toBeCloseTo(3, 1);
  });

  it('does not see a jump or a spike', () => {
    expect(noise([...values(20, () => 1), 90, ...values(20, () => 50)])).toBe(0);
  });
});

describe('jitter', () => {
  it('is 0 for a straight line, which has noise', () => {
    const line = values(20, (index) => 2 * index);
    expect(jitter(line)).toBe(0);
    expect(noise(line)).toBeCloseTo(2.1, 10);
  });

  it('is 0 for fewer than two points', () => {
    expect([jitter([]), jitter([1])]).toEqual([0, 0]);
  });
});

describe('spread', () => {
  it('is the median distance from the median', () => {
    expect(spread([1, 2, 3, 4, 100])).toBe(1);
    expect(spread([])).toBeNaN();
  });
});
