import { describe, expect, it } from 'vitest';
import { againstControl, qualityOf } from '../../../lib/domain/learn/quality.js';

describe('qualityOf', () => {
  it('is null where nothing was measured, with zeros beside it', () => {
    const { '6h': quality } = qualityOf({ outcomes: [], alarms: [], failures: [] });
    expect(quality).toEqual({
      precision: null,
      true_alarms: 0,
      false_alarms: 0,
      acted_on: 0,
      acted_on_and_failed: 0,
      unknown: 0,
      recall: null,
      failures: 0,
      warned: 0,
      lead_s: null,
      outcomes: 0,
      brier: null,
      calibration_error: null,
      reliability: [],
    });
  });

  it('leaves what was acted on, and what nobody knows, out of the scores', () => {
    const at = new Date('2026-03-01T00:00:00Z');
    const p = { '1h': 0.8, '6h': 0.8, '24h': 0.8 };
    const one = {
      component: 'shop',
      at,
      weight: 1,
      p,
      labels: { '1h': null, '6h': 1, '24h': 1 },
      acted: { '1h': false, '6h': false, '24h': true },
    } as const;
    const quality = qualityOf({ outcomes: [one], alarms: [], failures: [] });
    expect([quality['1h'].outcomes, quality['6h'].outcomes, quality['24h'].outcomes]).toEqual([
      0, 1, 0,
    ]);
    expect(quality['6h'].brier?.value).toBeCloseTo(0.04, 12);
  });
});

describe('againstControl', () => {
  const sums = {
    true_alarms: 30,
    false_alarms: 10,
    acted_on: 50,
    acted_on_and_failed: 5,
    unknown: 3,
  };

  it('is how much oftener failed what was left alone', () => {
    expect(againstControl(sums)).toMatchObject({
      prevented: { value: expect.closeTo(0.65, 9) },
      acted_on: 50,
      acted_on_and_failed: 5,
      left_alone: 40,
      left_alone_and_failed: 30,
    });
  });

  it.each([
    ['nothing was left alone', { ...sums, true_alarms: 0, false_alarms: 0 }],
    ['nothing was acted on', { ...sums, acted_on: 0, acted_on_and_failed: 0 }],
  ])('is null where %s', (_, given) => {
    expect(againstControl(given)).toBeNull();
  });
});
