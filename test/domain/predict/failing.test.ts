import { describe, expect, it } from 'vitest';
import { afterLastFailure, isFailing } from '../../../lib/domain/predict/failing.js';

describe('isFailing', () => {
  it.each([
    { y: [], is: false },
    { y: [98, 98], is: false },
    { y: [98, 98, 98], is: true },
    { y: [97.5, 97.5, 97.5], is: true },
    { y: [99, 99, 97.4], is: false },
    { y: [10, 98, 98, 98], is: true },
  ])('is $is for $y', ({ y, is }) => {
    expect(isFailing(y, 97.5, 3)).toBe(is);
  });
});

describe('afterLastFailure', () => {
  it.each([
    { y: [], after: 0 },
    { y: [1, 2, 3], after: 0 },
    { y: [98, 98, 1, 98], after: 0 },
    { y: [98, 98, 98, 1, 1], after: 3 },
    { y: [98, 98, 98, 98, 1, 98, 98, 98], after: 8 },
  ])('is $after for $y', ({ y, after }) => {
    expect(afterLastFailure(y, 97.5, 3)).toBe(after);
  });
});
