import { describe, expect, it } from 'vitest';
import { limitsFor } from '../../../lib/domain/metrics.js';
import { predict } from '../../../lib/domain/predict/predict.js';
import { DEFAULT_SETTINGS } from '../../../lib/domain/settings.js';
import { gaussOf, instant, values, windowOf } from '../series.js';

describe('witnessesOf', () => {
  it('does not let a metric far from its limit carry the forecast of another', () => {
    const gauss = gaussOf(5);
    const pool = values(170, (i) => 20 + 76 * (Math.max(0, i - 110) / 62));
    const latency = values(170, (i) => 100 + 0.05 * i + 2 * gauss());
    const window = windowOf(
      { db_connections_usage: pool, latency_ms: latency },
      { firstAt: instant(-30 * 86_400) },
    );
    const limits = limitsFor(Object.keys(window.series), {}, DEFAULT_SETTINGS);
    const now = window.lastAt ?? instant(0);
    const found = predict(window, { limits, settings: DEFAULT_SETTINGS, now });
    expect(found.level).not.toBeNull();
    expect(found.evidence.map(({ metric }) => metric)).toEqual(['db_connections_usage']);
  });
});
