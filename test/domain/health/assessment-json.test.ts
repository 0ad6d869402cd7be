import { describe, expect, it } from 'vitest';
import type { Assessment } from '../../../lib/domain/assessment.js';
import { assess } from '../../../lib/domain/health/assess.js';
import { assessmentJson } from '../../../lib/domain/health/assessment-json.js';
import { DEFAULT_SETTINGS } from '../../../lib/domain/settings.js';
import { instant, values, windowOf } from '../series.js';

function assessed(memory: readonly number[], instance = ''): Assessment {
  const window = windowOf({ memory_usage: memory }, { firstAt: instant(-1e6), instance });
  const now = window.lastAt ?? instant(0);
  const settings = DEFAULT_SETTINGS;
  return assess({ component: 'shop', window, stated: {}, scores: [], settings, now });
}

const leaking = [...values(60, () => 40), ...values(41, (index) => 40 + index)];

describe('assessmentJson', () => {
  it("has the contract's shape, and more", () => {
    const assessment = assessed(leaking, 'web-1');
    const json = assessmentJson(assessment);
    const evidence = {
      metric: 'memory_usage',
      instance: 'web-1',
      now: 79,
      limit: 97.5,
      slope_per_hour: expect.closeTo(60, 3),
      crosses_at: {
        low: expect.any(String),
        likely: assessment.prediction.evidence[0]?.crossesAt.likely?.toISOString(),
        high: expect.any(String),
      },
      text: expect.stringContaining('memory_usage on web-1 is at 79.0%'),
    };
    expect(json).toEqual({
      component: 'shop',
      health_score: 90.6,
      trend: 'declining',
      warnings: ['Metrics trending downward'],
      failure_prediction: {
        probability: Number(assessment.prediction.probability.toFixed(4)),
        time_to_failure: '< 1 hour',
        reasons: ['Memory leak detected', 'Memory trending to exhaustion'],
      },
      horizons: assessment.prediction.horizons,
      time_to_failure_s: assessment.prediction.timeToFailureS,
      evidence: [
        { reason: 'Memory leak detected', ...evidence },
        { reason: 'Memory trending to exhaustion', ...evidence },
      ],
      leak: {
        detected: true,
        growth_ratio: expect.closeTo(0.975, 3),
        upward_share: 1,
        why: expect.any(String),
      },
      state: 'degraded',
      breaching: [],
      metrics: { memory_usage: 80 },
      anomalies: [],
      samples: 101,
      as_of: '2026-03-01T01:40:00.000Z',
    });
  });

  it('is JSON: nothing is lost on the way through text', () => {
    for (const y of [leaking, [], [50], values(20, () => 99)]) {
      const json = assessmentJson(assessed(y));
      expect(JSON.parse(JSON.stringify(json))).toEqual(json);
    }
  });

  it('has no instance where the sender has only one', () => {
    expect(Object.keys(assessmentJson(assessed(leaking)).evidence[0] ?? {})).not.toContain(
      'instance',
    );
  });

  it.each([
    { level: 'critical', words: '< 1 hour' },
    { level: 'high', words: '1-6 hours' },
    { level: 'medium', words: '6-24 hours' },
    { level: null, words: null },
  ] as const)('says $words for $level', ({ level, words }) => {
    const assessment = assessed([50, 50]);
    const prediction = { ...assessment.prediction, level };
    const json = assessmentJson({ ...assessment, prediction });
    expect(json.failure_prediction.time_to_failure).toBe(words);
  });

  it('says null for what is not known', () => {
    const json = assessmentJson(assessed([]));
    expect([json.health_score, json.leak, json.time_to_failure_s]).toEqual([null, null, null]);
    expect(json.state).toBe('unknown');
  });

  it('has null for a date that lies too far away', () => {
    const assessment = assessed(leaking);
    const { prediction } = assessment;
    const evidence = prediction.evidence.map((one) => ({
      ...one,
      crossesAt: { low: null, likely: null, high: null },
    }));
    const json = assessmentJson({ ...assessment, prediction: { ...prediction, evidence } });
    expect(json.evidence[0]?.crosses_at).toEqual({ low: null, likely: null, high: null });
  });
});
