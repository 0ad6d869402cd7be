import { describe, expect, it } from 'vitest';
import { failingFor, isFailing } from '../../../lib/domain/predict/failing.js';

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

describe('failingFor', () => {
  it.each([
    { y: [], ms: 0 },
    { y: [98, 1], ms: 0 },
    { y: [1, 98], ms: 0 },
    { y: [98, 1, 97.5, 98, 99], ms: 120_000 },
    { y: [98, 98, 98], ms: 120_000 },
  ])('is $ms for $y, a minute apart', ({ y, ms }) => {
    const at = y.map((_, i) => 1000 + 60_000 * i);
    expect(failingFor({ at, y }, 97.5)).toBe(ms);
  });
});
