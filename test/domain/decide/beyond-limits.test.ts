import { describe, expect, it } from 'vitest';
import { beyondLimits, beyondText } from '../../../lib/domain/decide/beyond-limits.js';

const limits = { cpu_usage: { warn: 90, fail: 97.5 }, error_rate: { warn: 0.05, fail: 0.05 } };

describe('beyondLimits', () => {
  it.each([
    [{ cpu_usage: 89.9 }, []],
    [{ cpu_usage: 90 }, [{ metric: 'cpu_usage', value: 90, isFailure: false }]],
    [{ cpu_usage: 97.5 }, [{ metric: 'cpu_usage', value: 97.5, isFailure: true }]],
    [{ error_rate: 0.05, other: 1e9 }, [{ metric: 'error_rate', value: 0.05, isFailure: true }]],
    [{ cpu_usage: Number.NaN }, []],
  ])('of %j is %j', (metrics, beyond) => expect(beyondLimits(metrics, limits)).toEqual(beyond));

  it('is told in one sentence', () => {
    const all = beyondLimits({ cpu_usage: 99, error_rate: 0.5 }, limits);
    expect(beyondText(all)).toMatch(/^cpu_usage is at 99.*, error_rate is at /);
  });
});
