import { describe, expect, it } from 'vitest';
import type { Sample } from '../../../lib/domain/metrics.js';
import { reachedAt } from '../../bench/foresight/backgrounds/reaches.js';

const series = (values: readonly (number | null)[], everyS = 60): Sample[] =>
  values.map((value, i) => ({
    at: new Date(i * everyS * 1000),
    instance: '',
    values: value === null ? { other: 1 } : { metric: value },
  }));

describe('reachedAt', () => {
  it.each([
    { name: 'at once', values: [1, 10, 1], fails: 'at once', at: 1 },
    { name: 'never', values: [1, 9, 1], fails: 'at once', at: null },
    { name: 'without a sample', values: [], fails: 'at once', at: null },
    {
      name: 'where five minutes begin',
      values: [1, 10, 1, 10, 11, 12, 13, 14, 15],
      fails: 'for five minutes',
      at: 3,
    },
    {
      name: 'never, in four minutes',
      values: [1, 10, 11, 12, 13, 14, 9, 14],
      fails: 'for five minutes',
      at: null,
    },
    {
      name: 'where five minutes begin, whatever is missing in them',
      values: [10, null, null, null, null, 10],
      fails: 'for five minutes',
      at: 0,
    },
  ] as const)('is $name', ({ values, fails, at }) => {
    const found = reachedAt(series(values), { metric: 'metric', limit: 10, fails });
    expect(found).toBe(at === null ? null : at * 60_000);
  });

  it('takes two samples that are more than five minutes apart for five minutes', () => {
    const found = reachedAt(series([1, 10, 10], 600), {
      metric: 'metric',
      limit: 10,
      fails: 'for five minutes',
    });
    expect(found).toBe(600_000);
  });
});
