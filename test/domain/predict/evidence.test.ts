import { describe, expect, it } from 'vitest';
import { evidenceOf } from '../../../lib/domain/predict/evidence.js';
import { instant, START, seriesOf } from '../series.js';
import { forecastOf, TREND } from './forecast-of.js';
import { viewOf } from './view-of.js';

const likely = () => 0.8;

describe('evidenceOf', () => {
  it('gives the numbers and a sentence', () => {
    expect(evidenceOf('Memory leak detected', forecastOf(likely), 3600, START)).toEqual({
      reason: 'Memory leak detected',
      metric: 'memory_usage',
      instance: null,
      now: 80,
      limit: 97.5,
      slopePerHour: expect.closeTo(60, 6),
      crossesAt: { low: instant(900), likely: instant(1000), high: instant(1200) },
      text:
        'memory_usage is at 80.0% and has risen over the last 19 min by 60.0% an hour; ' +
        'it reaches its limit of 97.5% in about 17 min (15 min to 20 min)',
    });
  });

  it('names the instance of the newest point', () => {
    const found = forecastOf(likely, { series: seriesOf([80], 60, 'web-1') });
    const { instance, text } = evidenceOf('Memory leak detected', found, 3600, START);
    expect(instance).toBe('web-1');
    expect(text).toContain('memory_usage on web-1 is at');
  });

  it.each([
    { crossingS: { low: 1, likely: 600_000, high: null }, horizonS: 3600, null: ['high'] },
    {
      crossingS: { low: 1, likely: 604_801, high: null },
      horizonS: 3600,
      null: ['likely', 'high'],
    },
    { crossingS: { low: 1, likely: 10_081, high: 1e9 }, horizonS: 60, null: ['likely', 'high'] },
  ])('has no date beyond a week of horizons: $null', ({ crossingS, horizonS, null: none }) => {
    const found = forecastOf(likely, { crossingS });
    const { crossesAt } = evidenceOf('Memory leak detected', found, horizonS, START);
    const missing = Object.entries(crossesAt).flatMap(([name, at]) => (at === null ? [name] : []));
    expect(missing).toEqual(none);
  });

  it.each([
    {
      crossingS: { low: 600, likely: 900, high: null },
      end: 'in about 15 min (10 min or much later)',
    },
    { crossingS: { low: null, likely: null, high: null }, end: 'in the far future' },
  ])('says $end', ({ crossingS, end }) => {
    const found = forecastOf(likely, { crossingS });
    expect(evidenceOf('Memory leak detected', found, 3600, START).text.endsWith(end)).toBe(true);
  });

  it("puts a logarithm's slope into the metric's unit", () => {
    const view = viewOf([2], { name: 'log', unit: (x) => 10 ** x });
    const trend = { ...TREND, view, level: 2, slope: 1e-4 };
    const { now, slopePerHour } = evidenceOf(
      'Latency degrading',
      forecastOf(likely, { metric: 'latency_ms', limit: 5000, trend }),
      3600,
      START,
    );
    expect(now).toBeCloseTo(100, 9);
    expect(slopePerHour).toBeCloseTo(100 * Math.LN10 * 1e-4 * 3600, 2);
  });

  it('says that a floor is one', () => {
    const trend = { ...TREND, view: viewOf([80], { name: 'floor' }) };
    const { text } = evidenceOf('Memory leak detected', forecastOf(likely, { trend }), 3600, START);
    expect(text).toContain('what memory_usage falls back to is at 80.0%');
  });

  it('says that a metric is failing', () => {
    const crossingS = { low: 0, likely: 0, high: 0 };
    const failing = forecastOf(() => 0.97, {
      trend: null,
      series: seriesOf([98, 99, 100]),
      crossingS,
    });
    expect(evidenceOf('Memory trending to exhaustion', failing, 3600, START)).toMatchObject({
      now: 99,
      slopePerHour: 0,
      crossesAt: { low: START, likely: START, high: START },
      text: 'memory_usage is at 99.0%, at or over its limit of 97.5%',
    });
  });
});
