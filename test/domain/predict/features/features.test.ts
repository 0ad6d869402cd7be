import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limitsFor } from '../../../../lib/domain/metrics.js';
import { extendPast } from '../../../../lib/domain/past/extend-past.js';
import { NO_PAST } from '../../../../lib/domain/past/past.js';
import {
  AT,
  FEATURES,
  type FeatureName,
} from '../../../../lib/domain/predict/features/features.js';
import { metricFeatures } from '../../../../lib/domain/predict/features/metric-features.js';
import { DEFAULT_SETTINGS } from '../../../../lib/domain/settings.js';
import { instant, values, windowOf } from '../../series.js';

const settings = DEFAULT_SETTINGS;

/** The features of one metric, a minute between its points, of a component that is not young. */
function featuresOf(metric: string, y: readonly number[]): (name: FeatureName) => number {
  const window = windowOf({ [metric]: y }, { firstAt: instant(-30 * 86_400) });
  const past = extendPast(NO_PAST, window, settings);
  const limits = limitsFor([metric], {}, settings);
  const now = window.lastAt ?? instant(0);
  const [found] = metricFeatures(window, { past, limits, settings, now });
  return (name) => found?.features[AT[name]] ?? Number.NaN;
}

const hours = (logarithm: number): number => Math.exp(logarithm);

describe('the features of a metric', () => {
  it('tell how far a straight rise is, and when it arrives', () => {
    // Two percent of the way in ten minutes: from 40 % to 88 % in four hours.
    const of = featuresOf(
      'memory_usage',
      values(240, (i) => 0.975 * (40 + 0.2 * i)),
    );
    expect(of('now')).toBeCloseTo(0.876, 2);
    for (const name of ['ttl_15m', 'ttl_60m', 'ttl_2h', 'ttl_4h', 'ttl_together'] as const) {
      expect(hours(of(name))).toBeCloseTo(1.02, 1);
    }
    expect(of('t_60m')).toBeGreaterThan(10);
    expect(of('tau_60m')).toBe(1);
    expect(of('steady_4h')).toBeCloseTo(1, 1);
  });

  it('see no end of what is flat', () => {
    const of = featuresOf(
      'memory_usage',
      values(240, () => 60),
    );
    expect(of('ttl_together')).toBeCloseTo(Math.log(300), 9);
    expect(of('news_1h')).toBeCloseTo(0, 6);
  });

  it('tell that a warm-up comes to rest', () => {
    const of = featuresOf(
      'memory_usage',
      values(240, (i) => 20 + 60 * (1 - Math.exp(-i / 60))),
    );
    expect(of('steady_4h')).toBeLessThan(0.3);
  });

  it('see the floor of a sawtooth rise, and that of one without a leak not', () => {
    const tooth = (i: number): number => (20 * (i % 12)) / 12;
    const leaking = featuresOf(
      'memory_usage',
      values(240, (i) => 30 + 0.15 * i + tooth(i)),
    );
    const sound = featuresOf(
      'memory_usage',
      values(240, (i) => 40 + tooth(i)),
    );
    expect(hours(leaking('floor_ttl_4h'))).toBeLessThan(3);
    expect(hours(sound('floor_ttl_4h'))).toBeGreaterThan(50);
  });

  it('tell a level that was lived through before from a new one', () => {
    const peak = (i: number): number => (i % 120 > 90 ? 80 : 40);
    const known = featuresOf('cpu_usage', values(240, peak));
    const fresh = featuresOf(
      'cpu_usage',
      values(240, (i) => (i > 210 ? 80 : 40)),
    );
    expect(known('news_1h')).toBeLessThan(0.05);
    expect(fresh('news_1h')).toBeGreaterThan(0.5);
  });

  it('average what single points say little of: errors of few requests', () => {
    const of = featuresOf(
      'error_rate',
      values(240, (i) => (i % 10 === 9 ? 0.05 : 0)),
    );
    expect(of('now')).toBeLessThan(0.75);
    expect(of('over_15m')).toBeCloseTo(0.1, 1);
  });

  it('expect of today what yesterday was like', () => {
    const window = windowOf({ cpu_usage: values(1800, (i) => (i % 1440 > 500 ? 70 : 30)) });
    const past = extendPast(NO_PAST, window, settings);
    const limits = limitsFor(['cpu_usage'], {}, settings);
    const now = window.lastAt ?? instant(0);
    const [found] = metricFeatures(window, { past, limits, settings, now });
    expect(found?.features[AT.season_1h]).toBeCloseTo(30 / 97.5, 1);
    expect(found?.features[AT.season_6h]).toBeCloseTo(70 / 97.5, 1);
  });

  it('are finite, whatever the numbers', { timeout: 60_000 }, () => {
    const wild = fc.array(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), {
      minLength: 8,
      maxLength: 90,
    });
    const metric = fc.constantFrom('memory_usage', 'error_rate', 'latency_ms', 'cpu_usage');
    fc.assert(
      fc.property(wild, metric, (y, name) => {
        const of = featuresOf(name, y);
        for (const feature of FEATURES)
          expect([feature, Number.isFinite(of(feature))]).toEqual([feature, true]);
      }),
    );
  });
});
