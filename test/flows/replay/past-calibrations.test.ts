import { describe, expect, it } from 'vitest';
import { NO_CALIBRATION } from '../../../lib/domain/learn/calibration.js';
import { MODEL_VERSION } from '../../../lib/domain/learn/model-version.js';
import { calibrationAt, pastCalibrations } from '../../../lib/flows/replay/past-calibrations.js';
import type { StoredCalibration } from '../../../lib/store/calibrations.js';

const day = (n: number): Date => new Date(Date.UTC(2026, 0, n));

function stored(version: number, changes: Partial<StoredCalibration> = {}): StoredCalibration {
  return {
    version,
    model: MODEL_VERSION,
    body: { ...NO_CALIBRATION, model: MODEL_VERSION, version: 0 },
    madeFrom: {},
    why: 'a test',
    learnedOn: '2026-01-01',
    createdAt: day(version),
    isActive: false,
    rolledBackAt: null,
    rolledBackBy: null,
    rolledBackWhy: null,
    ...changes,
  };
}

describe('calibrationAt', () => {
  const at = (all: readonly StoredCalibration[], now: Date): number =>
    calibrationAt(pastCalibrations(all), now).version;

  it.each([
    { now: 1, version: 0 },
    { now: 2, version: 2 },
    { now: 4, version: 2 },
    { now: 5, version: 5 },
    { now: 9, version: 5 },
  ])('is what had been learned by day $now: version $version', ({ now, version }) => {
    expect(at([stored(5), stored(2)], day(now))).toBe(version);
  });

  it('is the one before where a person has gone back from it', () => {
    const all = [stored(2), stored(5, { rolledBackAt: day(7), rolledBackBy: 'a' })];
    expect([6, 7, 8].map((n) => at(all, day(n)))).toEqual([5, 2, 2]);
  });

  it.each([
    { name: 'of another predictor', changes: { model: 'another' } },
    { name: 'that is damaged', changes: { body: 5 } },
  ])('is none $name', ({ changes }) => {
    expect(at([stored(2, changes)], day(9))).toBe(0);
  });
});
