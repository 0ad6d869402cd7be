import { describe, expect, it } from 'vitest';
import { baseline } from '../../../lib/domain/health/baseline.js';
import { seriesOf, values } from '../series.js';

describe('baseline', () => {
  it.each([
    { name: 'no points', y: [] },
    { name: 'nine points', y: values(9, () => 5) },
  ])('is null for $name', ({ y }) => {
    expect(baseline(seriesOf(y))).toBeNull();
  });

  it('is the middle of the older half, deaf to a spike', () => {
    const y = [10, 12, 11, 99, 11, 50, 50, 50, 50, 50];
    expect(baseline(seriesOf(y))).toEqual({ level: 11, spread: 1 });
  });
});
