import { describe, expect, it } from 'vitest';
import { beyondWarn, warningsOf } from '../../../lib/domain/health/warnings.js';
import { limitsFor } from '../../../lib/domain/metrics.js';
import { DEFAULT_SETTINGS } from '../../../lib/domain/settings.js';

const limits = limitsFor(
  ['cpu_usage', 'error_rate', 'latency_ms', 'queue_depth'],
  { queue_depth: { warn: 100 } },
  DEFAULT_SETTINGS,
);

describe('warningsOf', () => {
  it.each([
    { score: 50, trend: 'stable', warnings: ['Health degrading: 50.0%'] },
    { score: 59.94, trend: 'stable', warnings: ['Health degrading: 59.9%'] },
    { score: 60, trend: 'stable', warnings: [] },
    { score: null, trend: 'stable', warnings: [] },
    { score: 0, trend: 'improving', warnings: ['Health degrading: 0.0%'] },
    { score: 90, trend: 'declining', warnings: ['Metrics trending downward'] },
    {
      score: 12.34,
      trend: 'declining',
      warnings: ['Health degrading: 12.3%', 'Metrics trending downward'],
    },
  ] as const)('are $warnings for $score, $trend', ({ score, trend, warnings }) => {
    expect(warningsOf({ score, trend, metrics: {} }, limits)).toEqual(warnings);
  });

  it('add a line for each metric at or over its limit, with units', () => {
    const metrics = { queue_depth: 250, latency_ms: 5000, error_rate: 0.08, cpu_usage: 89.9 };
    expect(warningsOf({ score: 90, trend: 'stable', metrics }, limits)).toEqual([
      'error_rate at 8.0%, at or over its limit of 5.0%',
      'latency_ms at 5000 ms, at or over its limit of 5000 ms',
      'queue_depth at 250, at or over its limit of 100',
    ]);
  });
});

describe('beyondWarn', () => {
  it.each([
    { cpu_usage: 89.99, names: [] },
    { cpu_usage: 90, names: ['cpu_usage'] },
    { cpu_usage: Number.NaN, names: [] },
  ])('names $names at $cpu_usage', ({ cpu_usage, names }) => {
    expect(beyondWarn({ cpu_usage }, limits)).toEqual(names);
  });
});
