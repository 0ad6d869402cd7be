import { describe, expect, it } from 'vitest';
import { limitsFor } from '../../../lib/domain/metrics.js';
import { type Forecast, forecast } from '../../../lib/domain/predict/forecast.js';
import { DEFAULT_SETTINGS } from '../../../lib/domain/settings.js';
import { instant, values, windowOf } from '../series.js';

function forecastOf(
  metric: string,
  y: readonly number[],
  settings = DEFAULT_SETTINGS,
): Forecast | null {
  const limit = limitsFor([metric], { queue_depth: { warn: 10 }, gpu_usage: {} }, settings)[metric];
  if (limit === undefined) throw new Error(`no limit for ${metric}`);
  const window = windowOf({ [metric]: y }, { firstAt: instant(-1e6) });
  return forecast(metric, { window, limit }, settings, instant(60 * (y.length - 1)));
}

const leak = [...values(60, () => 40), ...values(41, (index) => 40 + index)];

describe('forecast', () => {
  it.each([
    { name: 'a metric without a series', metric: 'cpu_usage', y: [] },
    { name: 'seven points', metric: 'memory_usage', y: leak.slice(-7) },
    { name: 'a flat line', metric: 'memory_usage', y: values(100, () => 90) },
    { name: 'an unknown metric', metric: 'queue_depth', y: leak },
    { name: 'an unknown metric beyond its limit', metric: 'queue_depth', y: [50, 50, 50] },
    { name: 'a usage without a name', metric: 'gpu_usage', y: leak },
  ])('is null for $name', ({ metric, y }) => {
    expect(forecastOf(metric, y)).toBeNull();
  });

  it.each([
    { metric: 'memory_usage', y: [98, 98, 98] },
    { metric: 'cpu_usage', y: [10, 97.5, 99, 100] },
    { metric: 'error_rate', y: [0.05, 0.2, 1] },
    { metric: 'latency_ms', y: [5000, 5000, 5000] },
  ])('is nearly sure that $metric at $y fails now', ({ metric, y }) => {
    const found = forecastOf(metric, y);
    expect(found?.trend).toBeNull();
    expect(found?.probability(0)).toBe(0.97);
    expect(found?.crossingS).toEqual({ low: 0, likely: 0, high: 0 });
  });

  it('counts as many failing samples as the setting says', () => {
    expect(forecastOf('memory_usage', [98, 98])).toBeNull();
    const strict = { ...DEFAULT_SETTINGS, breachesToOpen: 2 };
    expect(forecastOf('memory_usage', [98, 98], strict)?.probability(0)).toBe(0.97);
  });

  it('sees a leak', () => {
    const found = forecastOf('memory_usage', leak);
    expect(found?.probability(3600)).toBeGreaterThan(0.7);
    expect(found?.crossingS.likely).toBeCloseTo(17.5 * 60, 0);
  });

  it('measures the time from the present, not from the newest sample', () => {
    const y = leak;
    const window = windowOf({ memory_usage: y }, { firstAt: instant(-1e6) });
    const late = instant(60 * (y.length - 1) + 300);
    const limit = { warn: 90, fail: 97.5 };
    const found = forecast('memory_usage', { window, limit }, DEFAULT_SETTINGS, late);
    expect(found?.crossingS.likely).toBeCloseTo(12.5 * 60, 0);
  });

  it('holds demand down beyond the first horizon, where a day would turn it', () => {
    const slow = [...values(60, () => 45), ...values(120, (index) => 45 + index / 5)];
    expect(forecastOf('memory_usage', slow)?.probability(6 * 3600)).toBeGreaterThan(0.7);
    const cpu = forecastOf('cpu_usage', slow);
    expect(cpu?.probability(6 * 3600)).toBe(0.45);
    expect(cpu?.probability(24 * 3600)).toBe(0.45);
    const near = forecastOf('cpu_usage', leak);
    expect(near?.probability(3600)).toBeGreaterThan(0.7);
    expect(near?.probability(6 * 3600)).toBe(near?.probability(3600));
  });
});
