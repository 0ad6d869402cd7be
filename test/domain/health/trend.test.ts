import { describe, expect, it } from 'vitest';
import { hasDrifted, trendOf } from '../../../lib/domain/health/trend.js';
import { limitsFor } from '../../../lib/domain/metrics.js';
import { DEFAULT_SETTINGS } from '../../../lib/domain/settings.js';
import { gaussOf, seriesOf, values } from '../series.js';

const limits = limitsFor(['cpu_usage', 'error_rate'], {}, DEFAULT_SETTINGS);
const scores = (list: readonly number[]) =>
  list.map((score, index) => ({ at: 60_000 * index, score }));

describe('trendOf', () => {
  it.each([
    { name: 'no score', list: [], trend: 'stable' },
    { name: 'two scores', list: [100, 20], trend: 'stable' },
    { name: 'three falling scores', list: [90, 80, 70], trend: 'declining' },
    { name: 'three rising scores', list: [70, 80, 90], trend: 'improving' },
    { name: 'a level', list: values(10, () => 80), trend: 'stable' },
    { name: 'a fall of 4 points', list: values(5, (index) => 80 - index), trend: 'stable' },
    { name: 'a fall of 5 points', list: values(6, (index) => 80 - index), trend: 'declining' },
    { name: 'one bad score', list: [90, 90, 90, 20, 90, 90, 90, 90], trend: 'stable' },
    {
      name: 'a fall that is over for ten assessments',
      list: [...values(10, (index) => 100 - 5 * index), ...values(10, () => 50)],
      trend: 'stable',
    },
  ])('is $trend for $name', ({ list, trend }) => {
    expect(trendOf(scores(list), {}, limits, 0.2)).toBe(trend);
  });

  it('is stable for nearly all noises', () => {
    const moved = values(300, (seed) => {
      const gauss = gaussOf(seed + 1);
      const list = values(10, () => 80 + 4 * gauss());
      return trendOf(scores(list), {}, limits, 0.2) === 'stable' ? 0 : 1;
    }).reduce<number>((sum, one) => sum + one, 0);
    expect(moved).toBeLessThan(40);
  });

  it('is declining when a metric drifts, even while the score does not', () => {
    const drifting = seriesOf([...values(20, () => 30), ...values(10, () => 45)]);
    const level = scores(values(10, () => 100));
    expect(trendOf(level, { cpu_usage: drifting }, limits, 0.2)).toBe('declining');
    expect(trendOf(level, { cpu_usage: drifting }, limits, 0.6)).toBe('stable');
    expect(trendOf(level, { queue_depth: drifting }, limits, 0.2)).toBe('stable');
  });
});

describe('hasDrifted', () => {
  const step = (from: number, to: number, count = 30): number[] =>
    values(count, (index) => (index < count - 5 ? from : to));

  it.each([
    { name: 'up by 19 %', y: step(50, 59.5), warn: 90, is: false },
    { name: 'up by 21 %', y: step(50, 60.5), warn: 90, is: true },
    { name: 'down by half', y: step(50, 25), warn: 90, is: false },
    { name: 'too short a history', y: step(50, 90, 9), warn: 90, is: false },
    { name: 'from 0.1 % errors to 0.2 %', y: step(0.001, 0.002), warn: 0.05, is: false },
    { name: 'from no errors to 2 %', y: step(0, 0.02), warn: 0.05, is: true },
    { name: 'one spike', y: [...step(50, 50), 95], warn: 90, is: false },
    {
      name: 'within its own scatter',
      y: [...values(30, (index) => (index % 2 === 0 ? 30 : 60)), 60, 60, 60],
      warn: 90,
      is: false,
    },
  ])('is $is for $name', ({ y, warn, is }) => {
    expect(hasDrifted(seriesOf(y), warn, 0.2)).toBe(is);
  });
});
