import { describe, expect, it } from 'vitest';
import type { Prediction } from '../../lib/domain/assessment.js';
import type { Memory } from '../../lib/domain/decide/memory.js';
import { NO_CALIBRATION } from '../../lib/domain/learn/calibration.js';
import { MODEL_VERSION } from '../../lib/domain/learn/model-version.js';
import { keptPrediction } from '../../lib/flows/kept-prediction.js';
import type { Seen } from '../../lib/flows/seen.js';
import { healthy, incident, leaking, NOW, quiet, settings } from '../domain/decide/build.js';
import { seenOf } from './seen-of.js';

const TICK = NOW.getTime() / 1000 - 30;

function context(changes: Parameters<typeof settings>[0] = {}) {
  return {
    tick: TICK,
    settings: settings({ quietShare: 1, ...changes }),
    calibration: { ...NO_CALIBRATION, version: 4 },
  };
}

/** A look at a component in alarm, after one that was as `before` says. */
function alarm(
  before: { raised: Memory['raised']; checked: Date | null },
  changes: Partial<Seen> = {},
  prediction: Prediction = leaking({ level: 'critical' }),
): Seen {
  const one = seenOf(
    7,
    { raised: prediction.level },
    { assessment: healthy({ state: 'degraded', prediction, asOf: NOW }), ...changes },
  );
  const memory = { ...one.watched.memory, raised: before.raised };
  return { ...one, watched: { ...one.watched, memory, checkedHour: before.checked } };
}

const THIS_HOUR = new Date('2026-03-01T12:00:00Z');
const LAST_HOUR = new Date('2026-03-01T11:00:00Z');

describe('keptPrediction', () => {
  it('keeps an alarm that is new, with all that can be learned from it', () => {
    const prediction = leaking({
      level: 'critical',
      horizons: { '1h': 0.7, '6h': 0.8, '24h': 0.9 },
      raw: { '1h': 0.6, '6h': 0.7, '24h': 0.8 },
    });
    const kept = keptPrediction(
      alarm({ raised: null, checked: THIS_HOUR }, {}, prediction),
      context(),
    );
    expect(kept).toEqual({
      componentId: 7,
      at: new Date(TICK * 1000),
      kind: 'alarm',
      share: 1 / 60,
      level: 'critical',
      raw: { '1h': 0.6, '6h': 0.7, '24h': 0.8 },
      calibrated: { '1h': 0.7, '6h': 0.8, '24h': 0.9 },
      horizonS: 3600,
      timeToFailureS: prediction.timeToFailureS,
      calibration: 4,
      model: MODEL_VERSION,
    });
  });

  it('takes the probabilities for the predictor’s own where nothing was calibrated', () => {
    const kept = keptPrediction(alarm({ raised: null, checked: null }), context());
    expect(kept?.raw).toEqual(kept?.calibrated);
  });

  it.each([
    { what: 'of another level', raised: 'high', checked: THIS_HOUR, kept: true },
    { what: 'that lasts', raised: 'critical', checked: THIS_HOUR, kept: false },
    { what: 'that lasts into another hour', raised: 'critical', checked: LAST_HOUR, kept: true },
    { what: 'never looked at before', raised: null, checked: null, kept: true },
  ] as const)('keeps an alarm $what: $kept', ({ raised, checked, kept }) => {
    expect(keptPrediction(alarm({ raised, checked }), context()) !== null).toBe(kept);
  });

  it.each([
    { intervalS: 60, share: 1 / 60 },
    { intervalS: 900, share: 0.25 },
    { intervalS: 7200, share: 1 },
  ])('lets an alarm stand for its hour: $intervalS s', ({ intervalS, share }) => {
    const one = alarm({ raised: null, checked: null });
    expect(keptPrediction(one, context({ intervalS }))?.share).toBe(share);
  });

  it('keeps a share of the quiet ones, always the same', () => {
    const looks = Array.from({ length: 2000 }, (_, id) =>
      seenOf(id, {}, { assessment: healthy({ prediction: quiet() }) }),
    );
    const keep = () => looks.map((one) => keptPrediction(one, context({ quietShare: 0.1 })));
    const kept = keep().filter((one) => one !== null);
    expect(kept.length).toBeGreaterThan(150);
    expect(kept.length).toBeLessThan(250);
    expect(kept[0]).toMatchObject({ kind: 'quiet', level: null, share: 0.1 });
    expect(keep().filter((one) => one !== null)).toEqual(kept);
  });

  it.each([
    ['fails already', seenOf(7, {}, { assessment: healthy({ state: 'failing' }) })],
    ['is unknown', seenOf(7, {}, { assessment: healthy({ state: 'unknown' }) })],
    [
      'has an incident that fails',
      seenOf(
        7,
        {},
        {
          incident: {
            ...incident({ kind: 'failing' }),
            openedBy: 'samples',
            refusal: null,
            premise: {
              probability: 0,
              level: null,
              score: null,
              reasons: [],
              breaching: [],
              metrics: {},
            },
            predictedFailureAt: null,
            failedAt: null,
            closedWhy: null,
            acknowledgedAt: null,
            label: null,
          },
        },
      ),
    ],
  ])('keeps nothing of what %s', (_, one) => {
    expect(keptPrediction(one, context())).toBeNull();
    expect(keptPrediction(seenOf(7, {}), context())).not.toBeNull();
  });
});
