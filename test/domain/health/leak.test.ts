import { describe, expect, it } from 'vitest';
import { leakOf, leakTest } from '../../../lib/domain/health/leak.js';
import { gaussOf, seriesOf, values, windowOf } from '../series.js';

describe('leakTest', () => {
  it.each([
    { name: 'nothing', y: [], detected: false },
    { name: 'nine steep points', y: values(9, (index) => 10 * index + 1), detected: false },
    { name: 'ten rising points', y: values(10, (index) => 50 + index), detected: true },
    { name: 'a flat line', y: values(30, () => 50), detected: false },
    {
      name: 'growth of 49 %, at once',
      y: values(30, (index) => (index < 20 ? 40 : 59.6)),
      detected: false,
    },
    {
      name: 'growth of 51 %, at once',
      y: values(30, (index) => (index < 20 ? 40 : 60.4)),
      detected: true,
    },
    {
      name: '70 % upward steps',
      y: values(21, (index) => 50 + (index % 10 < 7 ? index % 10 : 0)),
      detected: false,
    },
    { name: 'a baseline of 0', y: values(20, () => 0), detected: false },
  ])('says $detected for $name', ({ y, detected }) => {
    expect(leakTest(seriesOf(y)).detected).toBe(detected);
  });

  it.each([
    { upward: 6, detected: false },
    { upward: 7, detected: true },
  ])('says $detected for $upward upward steps of 10', ({ upward, detected }) => {
    const y = [50, ...values(10, (index) => (index < upward ? 51 + index : 51 - index))];
    const leak = leakTest(seriesOf(y));
    expect(leak.upwardShare).toBeCloseTo(upward / 10, 12);
    expect(leak.detected).toBe(detected);
  });

  it('looks at the last twenty points only', () => {
    const y = [...values(100, (index) => index), ...values(20, () => 99)];
    expect(leakTest(seriesOf(y)).upwardShare).toBe(0);
  });

  it('says why, with the numbers', () => {
    const { why, growthRatio } = leakTest(
      seriesOf(values(30, (index) => (index < 20 ? 40 : 60.4))),
    );
    expect(growthRatio).toBeCloseTo(0.51, 6);
    expect(why).toBe(
      '51% over the baseline (more than 50% is a leak), 1 of the last 19 steps upward (70% is a leak)',
    );
    expect(leakTest(seriesOf([1, 2])).why).toBe('only 2 points of 10');
  });

  it('fires on some random walks, which is why it is never acted on alone', () => {
    const fired = values(200, (seed) => {
      const gauss = gaussOf(seed + 1);
      let level = 40;
      const y = values(60, () => {
        level = Math.max(1, level + gauss());
        return level;
      });
      return leakTest(seriesOf(y)).detected ? 1 : 0;
    }).reduce<number>((sum, one) => sum + one, 0);
    expect(fired).toBeGreaterThan(2);
    expect(fired).toBeLessThan(60);
  });
});

describe('leakOf', () => {
  it('is null without a memory metric', () => {
    expect(leakOf(windowOf({ cpu_usage: values(30, (index) => index) }))).toBeNull();
  });

  it.each(['memory_usage', 'memory_bytes', 'heap_bytes'])('tests %s', (metric) => {
    expect(leakOf(windowOf({ [metric]: values(30, (index) => index) }))?.detected).toBe(true);
  });

  it('prefers the share of the limit to the bytes', () => {
    const rising = values(30, (index) => index);
    const flat = values(30, () => 50);
    const leak = leakOf(windowOf({ memory_bytes: rising, memory_usage: flat }));
    expect(leak?.detected).toBe(false);
  });
});
