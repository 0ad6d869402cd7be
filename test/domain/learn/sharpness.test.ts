import { describe, expect, it } from 'vitest';
import { type Said, sharpness } from '../../../lib/domain/learn/sharpness.js';
import { random } from './fleet-of.js';

const said = (p: number, y: 0 | 1, changes: Partial<Said> = {}): Said => ({
  component: 'shop',
  at: new Date('2026-03-01T00:00:00Z'),
  p,
  y,
  weight: 1,
  ...changes,
});

function fleet(seed: number, bias = 0): Said[] {
  const draw = random(seed);
  return Array.from({ length: 4000 }, (_, i) => {
    const p = draw();
    return said(p, draw() < p + bias ? 1 : 0, { component: `c-${i % 100}` });
  });
}

describe('sharpness', () => {
  it('is null where nothing was measured', () => {
    expect(sharpness([])).toEqual({ brier: null, calibration_error: null, reliability: [] });
  });

  it('weighs each outcome by how many assessments it stands for', () => {
    const { brier, calibration_error, reliability } = sharpness([
      said(0.9, 1, { weight: 1 }),
      said(0.1, 1, { weight: 3 }),
    ]);
    expect(brier?.value).toBeCloseTo((0.01 + 3 * 0.81) / 4, 12);
    expect(calibration_error?.value).toBeCloseTo((0.1 + 3 * 0.9) / 4, 12);
    expect(reliability).toEqual([
      { said: expect.closeTo(0.1, 9), came: 1, outcomes: 1 },
      { said: 0.9, came: 1, outcomes: 1 },
    ]);
  });

  it('knows nothing of its error from one day of one component', () => {
    expect(sharpness([said(0.9, 1), said(0.2, 0)]).brier).toMatchObject({ low: 0, high: 1 });
  });

  it('covers the true Brier score of 1/6 about as often as it says', () => {
    let covered = 0;
    for (let seed = 1; seed <= 60; seed += 1) {
      const { brier } = sharpness(fleet(seed));
      if (brier !== null && brier.low <= 1 / 6 && brier.high >= 1 / 6) covered += 1;
    }
    expect(covered).toBeGreaterThanOrEqual(52);
  });

  it('tells probabilities that are right from those that are too high', () => {
    const [right, wrong] = [sharpness(fleet(1)), sharpness(fleet(1, -0.3))];
    expect(right.calibration_error?.value).toBeLessThan(0.03);
    expect(wrong.calibration_error?.low).toBeGreaterThan(0.2);
  });

  it('takes 1 into the last tenth', () => {
    expect(sharpness([said(1, 1)]).reliability).toEqual([{ said: 1, came: 1, outcomes: 1 }]);
  });
});
