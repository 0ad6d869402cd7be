import { describe, expect, it } from 'vitest';
import { limitsFor } from '../../../lib/domain/metrics.js';
import { extendPast } from '../../../lib/domain/past/extend-past.js';
import { NO_PAST } from '../../../lib/domain/past/past.js';
import { evidenceOf, type Witness } from '../../../lib/domain/predict/evidence.js';
import { metricFeatures } from '../../../lib/domain/predict/features/metric-features.js';
import { lineOf } from '../../../lib/domain/predict/line.js';
import { DEFAULT_SETTINGS } from '../../../lib/domain/settings.js';
import { instant, values, windowOf } from '../series.js';

const NOW = instant(239 * 60);
const SOON = { low: 0.25, likely: 0.5, high: 1 };

/** What one metric has to say, an hour of the horizon being half over. */
function witness(metric: string, y: readonly number[], rest: Partial<Witness> = {}): Witness {
  const window = windowOf({ [metric]: y }, { instance: 'web-1' });
  const [one] = metricFeatures(window, {
    past: extendPast(NO_PAST, window, DEFAULT_SETTINGS),
    limits: limitsFor([metric], {}, DEFAULT_SETTINGS),
    settings: DEFAULT_SETTINGS,
    now: NOW,
  });
  if (one === undefined) throw new Error('no features');
  const reasons = ['Memory trending to exhaustion'] as const;
  const line = lineOf(one.readings, SOON.likely);
  return { reasons, one, isFailing: false, line, time: SOON, ...rest };
}

const rising = values(240, (i) => 40 + 0.2 * i);

describe('evidenceOf', () => {
  it('gives the numbers and a sentence', () => {
    const [found] = evidenceOf(witness('memory_usage', rising), 3600, NOW);
    expect(found).toMatchObject({
      ...{ reason: 'Memory trending to exhaustion', metric: 'memory_usage', instance: 'web-1' },
      ...{ limit: 97.5, slopePerHour: expect.closeTo(12, 1) },
      crossesAt: {
        low: instant(239 * 60 + 900),
        likely: instant(239 * 60 + 1800),
        high: instant(239 * 60 + 3600),
      },
    });
    expect(found?.now).toBeCloseTo(87.6, 6);
    expect(found?.text).toMatch(
      /^memory_usage on web-1 is at 87\.6% and has risen over the last .+ by 12\.0% an hour; it reaches its limit of 97\.5% in about 30 min \(15 min to 60 min\)$/,
    );
  });

  it('tells of no longer rise than there are samples', () => {
    // Four hours of samples: longer lines hold no more than these.
    for (const likely of [0.2, 1, 6, 24]) {
      const { one } = witness('memory_usage', rising);
      expect(lineOf(one.readings, likely)?.span).toBeLessThanOrEqual(4);
    }
  });

  it('has one entry for each reason', () => {
    const reasons = ['Memory leak detected', 'Memory trending to exhaustion'] as const;
    const found = evidenceOf(witness('memory_usage', rising, { reasons }), 3600, NOW);
    expect(found.map(({ reason }) => reason)).toEqual(reasons);
  });

  it('has no date beyond a week of horizons', () => {
    const time = { low: 1, likely: 169, high: 1000 };
    const [found] = evidenceOf(witness('memory_usage', rising, { time }), 3600, NOW);
    expect(found?.crossesAt).toMatchObject({ likely: null, high: null });
  });

  it("puts a logarithm's slope into the metric's unit", () => {
    // One percent more each minute: 1.01^60 an hour.
    const y = values(240, (i) => 100 * 1.01 ** i);
    const [found] = evidenceOf(witness('latency_ms', y), 3600, NOW);
    const now = y.at(-1) ?? 0;
    expect(found?.slopePerHour).toBeGreaterThan(0.8 * now * Math.log(1.01) * 60);
    expect(found?.slopePerHour).toBeLessThan(1.2 * now * Math.log(1.01) * 60);
  });

  it('says so when a metric is at its limit, and when nothing rises', () => {
    const failing = { isFailing: true, line: null };
    const [at] = evidenceOf(witness('memory_usage', rising, failing), 3600, NOW);
    expect(at?.text).toBe('memory_usage on web-1 is at 87.6%, at or over its limit of 97.5%');
    const [flat] = evidenceOf(
      witness(
        'memory_usage',
        values(240, () => 90),
      ),
      3600,
      NOW,
    );
    expect(flat?.text).toContain('is higher than its past explains');
    expect(flat?.slopePerHour).toBe(0);
  });
});
