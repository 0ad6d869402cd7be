import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { healthScore } from '../../../lib/domain/health/score.js';
import { limitsFor } from '../../../lib/domain/metrics.js';
import { DEFAULT_SETTINGS } from '../../../lib/domain/settings.js';

const METRICS = ['cpu_usage', 'memory_usage', 'error_rate', 'latency_ms'];
const limits = limitsFor(METRICS, {}, DEFAULT_SETTINGS);

describe('healthScore', () => {
  it("gives the document's example its 50", () => {
    const values = { cpu_usage: 85, memory_usage: 88, error_rate: 0.08, latency_ms: 3500 };
    const score = healthScore(values, limits);
    expect(score).toBeGreaterThan(49);
    expect(score).toBeLessThan(51);
    expect(score).toBeCloseTo(49.889, 3);
  });

  it.each([
    { values: { cpu_usage: 0 }, score: 100 },
    { values: { cpu_usage: 62.9 }, score: 100 },
    { values: { cpu_usage: 63 }, score: 100 },
    { values: { cpu_usage: 76.5 }, score: 92.5 },
    { values: { cpu_usage: 90 }, score: 85 },
    { values: { cpu_usage: 135 }, score: 77.5 },
    { values: { cpu_usage: 180 }, score: 70 },
    { values: { cpu_usage: 1000 }, score: 70 },
    { values: { cpu_usage: -5 }, score: 100 },
    { values: { error_rate: 0.0999 }, score: 70.03 },
    { values: { error_rate: 0.1 }, score: 40 },
    { values: { error_rate: 1 }, score: 40 },
    { values: { latency_ms: 10_000 }, score: 40 },
    { values: { cpu_usage: 180, memory_usage: 180, error_rate: 1 }, score: 10 },
    { values: { cpu_usage: 180, memory_usage: 180, error_rate: 1, latency_ms: 1e9 }, score: 0 },
    { values: { cpu_usage: 0, queue_depth: 1e9 }, score: 100 },
    { values: { cpu_usage: 0, memory_usage: Number.NaN }, score: 100 },
  ])('is $score for $values', ({ values, score }) => {
    expect(healthScore(values, limits)).toBeCloseTo(score, 2);
  });

  it.each([
    { name: 'no values', values: {} },
    { name: 'only metrics without limits', values: { queue_depth: 5 } },
    { name: 'only what is not finite', values: { cpu_usage: Number.NaN } },
  ])('is null for $name', ({ values }) => {
    expect(healthScore(values, limits)).toBeNull();
  });

  it('counts a metric of a stated limit', () => {
    const own = limitsFor(['queue_depth'], { queue_depth: { warn: 100 } }, DEFAULT_SETTINGS);
    expect(healthScore({ queue_depth: 100 }, own)).toBe(85);
  });

  it.each([
    ['cpuWarnPercent', 'cpu_usage', 45],
    ['memoryWarnPercent', 'memory_usage', 45],
    ['errorWarnRatio', 'error_rate', 0.025],
    ['latencyWarnMs', 'latency_ms', 2500],
  ])('follows %s', (setting, metric, value) => {
    const halved = { ...DEFAULT_SETTINGS, [setting]: value };
    expect(healthScore({ [metric]: value }, limits)).toBe(100);
    expect(healthScore({ [metric]: value }, limitsFor([metric], {}, halved))).toBe(85);
  });

  it('stays between 0 and 100 and never rises when a metric gets worse', () => {
    const any = fc.double({ min: 0, max: 20_000, noNaN: true });
    const all = fc.record({ cpu_usage: any, memory_usage: any, error_rate: any, latency_ms: any });
    fc.assert(
      fc.property(all, fc.constantFrom(...METRICS), any, (values, metric, more) => {
        const before = healthScore(values, limits) ?? Number.NaN;
        const worse = { ...values, [metric]: Object(values)[metric] + more };
        const now = healthScore(worse, limits) ?? Number.NaN;
        expect(now).toBeLessThanOrEqual(before);
        expect(now).toBeGreaterThanOrEqual(0);
        expect(before).toBeLessThanOrEqual(100);
      }),
    );
  });
});
