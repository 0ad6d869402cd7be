import { describe, expect, it } from 'vitest';
import type { Assessment } from '../../../lib/domain/assessment.js';
import { type AssessInput, assess } from '../../../lib/domain/health/assess.js';
import { DEFAULT_SETTINGS } from '../../../lib/domain/settings.js';
import { instant, values, windowOf } from '../series.js';

const LONG_AGO = instant(-30 * 86_400);

function assessed(
  metrics: Readonly<Record<string, readonly number[]>>,
  changes: Partial<AssessInput> = {},
): Assessment {
  const window = windowOf(metrics, { firstAt: LONG_AGO });
  const now = window.lastAt ?? instant(0);
  const input = {
    component: 'shop',
    window,
    stated: {},
    scores: [],
    settings: DEFAULT_SETTINGS,
    now,
  };
  return assess({ ...input, ...changes });
}

const flat = (count: number, value: number): number[] => values(count, () => value);

describe('assess', () => {
  it('knows nothing without samples: no data is not health', () => {
    expect(assessed({})).toMatchObject({
      component: 'shop',
      score: null,
      trend: 'stable',
      warnings: [],
      leak: null,
      state: 'unknown',
      breaching: [],
      metrics: {},
      samples: 0,
      prediction: { level: null, reasons: [] },
    });
  });

  it("assesses the document's example", () => {
    const found = assessed({
      cpu_usage: flat(30, 85),
      memory_usage: flat(30, 88),
      error_rate: flat(30, 0.08),
      latency_ms: flat(30, 3500),
    });
    expect(found.score).toBeCloseTo(49.889, 3);
    expect(found.warnings).toEqual([
      'Health degrading: 49.9%',
      'error_rate at 8.0%, at or over its limit of 5.0%',
    ]);
    expect(found.metrics).toEqual({
      cpu_usage: 85,
      memory_usage: 88,
      error_rate: 0.08,
      latency_ms: 3500,
    });
    expect([found.state, found.breaching]).toEqual(['failing', ['error_rate']]);
    expect(found.prediction.level).toBe('critical');
  });

  it.each([
    { name: 'all is well', metrics: { cpu_usage: flat(30, 40) }, state: 'healthy' },
    { name: 'no metric has a limit', metrics: { queue_depth: flat(30, 40) }, state: 'healthy' },
    {
      name: 'a metric is at its warn limit',
      metrics: { cpu_usage: flat(30, 90) },
      state: 'degraded',
    },
    {
      name: 'the score is low',
      metrics: {
        ...Object.fromEntries(
          ['cpu', 'memory', 'disk', 'db_connections'].map((name) => [
            `${name}_usage`,
            flat(30, 89),
          ]),
        ),
      },
      state: 'degraded',
    },
    {
      name: 'a failure is in sight',
      metrics: { memory_usage: [...flat(60, 40), ...values(40, (index) => 40 + index)] },
      state: 'degraded',
    },
    {
      name: 'two samples are beyond the fail limit',
      metrics: { cpu_usage: [...flat(30, 40), 98, 98] },
      state: 'degraded',
    },
    {
      name: 'three samples are beyond the fail limit',
      metrics: { cpu_usage: [...flat(30, 40), 98, 98, 98] },
      state: 'failing',
    },
  ])('says $state when $name', ({ metrics, state }) => {
    expect(assessed(metrics).state).toBe(state);
  });

  it.each([
    { ageS: 120, state: 'failing' },
    { ageS: 121, state: 'unknown' },
  ])('says $state of failing samples that are $ageS s old', ({ ageS, state }) => {
    const metrics = { cpu_usage: flat(30, 99) };
    expect(assessed(metrics, { now: instant(29 * 60 + ageS) }).state).toBe(state);
  });

  it('leaves out a metric that has stopped, however it stood', () => {
    const found = assessed({ cpu_usage: flat(60, 40), error_rate: flat(30, 1) });
    expect(found).toMatchObject({
      state: 'healthy',
      breaching: [],
      metrics: { cpu_usage: 40 },
      score: 100,
    });
    expect(found.prediction.level).toBeNull();
  });

  it('names every breaching metric in order', () => {
    const found = assessed({
      latency_ms: flat(10, 6000),
      cpu_usage: flat(10, 99),
      memory_usage: flat(10, 97.4),
    });
    expect(found.breaching).toEqual(['cpu_usage', 'latency_ms']);
  });

  it('counts as many samples as breachesToOpen says', () => {
    const settings = { ...DEFAULT_SETTINGS, breachesToOpen: 5 };
    const high = (count: number) => ({ cpu_usage: [...flat(20, 40), ...flat(count, 99)] });
    expect(assessed(high(4), { settings }).state).toBe('degraded');
    expect(assessed(high(5), { settings }).state).toBe('failing');
  });

  it("lets a component's own limits win", () => {
    const metrics = { cpu_usage: flat(30, 60), queue_depth: flat(30, 500) };
    expect(assessed(metrics, { stated: { cpu_usage: { warn: 50, fail: 55 } } })).toMatchObject({
      state: 'failing',
      breaching: ['cpu_usage'],
    });
    expect(assessed(metrics, { stated: { queue_depth: { warn: 400, fail: 1000 } } })).toMatchObject(
      {
        state: 'degraded',
        breaching: [],
        warnings: ['queue_depth at 500, at or over its limit of 400'],
      },
    );
  });

  it.each([
    { setting: 'cpuWarnPercent', metric: 'cpu_usage', value: 50 },
    { setting: 'memoryWarnPercent', metric: 'memory_usage', value: 50 },
    { setting: 'errorWarnRatio', metric: 'error_rate', value: 0.03 },
    { setting: 'latencyWarnMs', metric: 'latency_ms', value: 2000 },
  ])('warns of $metric from $setting on', ({ setting, metric, value }) => {
    const metrics = { [metric]: flat(30, value) };
    expect(assessed(metrics)).toMatchObject({ state: 'healthy', score: 100, warnings: [] });
    const settings = { ...DEFAULT_SETTINGS, [setting]: value };
    const found = assessed(metrics, { settings });
    expect(found.score).toBe(85);
    expect(found.warnings).toHaveLength(1);
    expect(found.state).not.toBe('healthy');
  });

  it('calls a drift beyond driftRatio declining', () => {
    const metrics = { cpu_usage: [...flat(20, 40), ...flat(10, 50)] };
    expect(assessed(metrics).trend).toBe('declining');
    expect(assessed(metrics).warnings).toEqual(['Metrics trending downward']);
    const settings = { ...DEFAULT_SETTINGS, driftRatio: 0.3 };
    expect(assessed(metrics, { settings }).trend).toBe('stable');
  });

  it('looks at the trend of the scores with its own', () => {
    const now = instant(29 * 60);
    const scores = [100, 100, 100, 96, 92, 89].map((score, index) => ({
      at: instant(60 * (23 + index)).getTime(),
      score,
    }));
    const metrics = { cpu_usage: flat(30, 90) };
    expect(assessed(metrics, { scores, now }).trend).toBe('declining');
    expect(assessed(metrics, { scores: [], now }).trend).toBe('stable');
    const repeated = [...scores, { at: now.getTime(), score: 0 }];
    expect(assessed(metrics, { scores: repeated, now })).toEqual(
      assessed(metrics, { scores, now }),
    );
  });

  it('reports the leak test without acting on it', () => {
    const metrics = { memory_usage: [...flat(30, 20), ...flat(30, 32)] };
    const found = assessed(metrics);
    expect(found.leak?.detected).toBe(true);
    expect(found.prediction.level).toBeNull();
  });

  it('says how much it looked at, and when', () => {
    const now = instant(29 * 60 + 30);
    const found = assessed({ cpu_usage: flat(30, 40) }, { now });
    expect([found.samples, found.asOf]).toEqual([30, now]);
  });
});
