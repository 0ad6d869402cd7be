import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTraffic } from '../../lib/agent/traffic.js';

describe('createTraffic', () => {
  it('says nothing while nobody counts requests', () => {
    expect(createTraffic().take(10)).toEqual({});
  });

  it('says that there were none once somebody counts them, and no more', () => {
    const traffic = createTraffic();
    traffic.expect();
    expect(traffic.take(10)).toEqual({ request_count: 0, request_rate: 0 });
  });

  it('counts requests, failures and the rate since the last time', () => {
    const traffic = createTraffic();
    for (let n = 0; n < 20; n += 1) traffic.observe({ ms: 10, ok: n % 4 !== 0 });
    const values = traffic.take(10);
    expect(values).toMatchObject({ request_count: 20, request_rate: 2, error_rate: 0.25 });
    expect(values['latency_ms']).toBeCloseTo(10, 1);
    expect(traffic.take(10)).toEqual({ request_count: 0, request_rate: 0 });
  });

  it.each([Number.NaN, -1, Number.POSITIVE_INFINITY])(
    'counts a request of %d ms without its time',
    (ms) => {
      const traffic = createTraffic();
      traffic.observe({ ms, ok: true });
      expect(traffic.take(1)).toEqual({ request_count: 1, request_rate: 1, error_rate: 0 });
    },
  );

  it.each([
    [0, 0.001],
    [0.0004, 0.001],
    [3_600_000, 3_600_000],
    [1e12, 3_600_000],
  ])('takes %d ms as %d ms', (ms, taken) => {
    const traffic = createTraffic();
    traffic.observe({ ms, ok: true });
    const found = traffic.take(1)['latency_ms'] ?? 0;
    expect(Math.abs(found / taken - 1)).toBeLessThan(0.001);
  });

  it('finds the 95th percentile to three digits, however many requests there were', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.01, max: 60_000, noNaN: true }), {
          minLength: 1,
          maxLength: 500,
        }),
        (times) => {
          const traffic = createTraffic();
          for (const ms of times) traffic.observe({ ms, ok: true });
          const sorted = [...times].sort((a, b) => a - b);
          const exact = sorted[Math.max(Math.round(0.95 * sorted.length), 1) - 1] ?? 0;
          const found = traffic.take(1)['latency_ms'] ?? 0;
          expect(Math.abs(found - exact)).toBeLessThanOrEqual(0.002 * exact + 0.002);
        },
      ),
      { numRuns: 50 },
    );
  });
});
