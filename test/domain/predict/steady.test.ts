import { describe, expect, it } from 'vitest';
import type { Said } from '../../../lib/domain/assessment.js';
import { steadied } from '../../../lib/domain/predict/steady.js';

/** An hour to go. */
const PACE = { horizonS: 3600, expected: 1 };

const said = (minute: number, p: number): Said => ({
  at: minute * 60_000,
  horizons: { '1h': p, '6h': p, '24h': p },
});

/** What is said after a row of probabilities, so many minutes apart. */
function endOf(ps: readonly number[], every = 5): number {
  let before: Said | null = null;
  for (const [i, p] of ps.entries()) before = steadied(before, said(i * every, p), PACE);
  return before?.horizons['1h'] ?? Number.NaN;
}

describe('steadied', () => {
  it('takes the first word as it is', () => {
    expect(endOf([0.9])).toBeCloseTo(0.9, 12);
  });

  it('is not moved to an alarm by one odd assessment', () => {
    expect(endOf([0.02, 0.02, 0.95])).toBeLessThan(0.5);
  });

  it('follows what stays', () => {
    expect(endOf([0.02, 0.95, 0.95, 0.95, 0.95])).toBeGreaterThan(0.5);
  });

  it('follows a fall more slowly than a rise', () => {
    const risen = endOf([0.1, 0.9]) - 0.1;
    const fallen = 0.9 - endOf([0.9, 0.1]);
    expect(fallen).toBeLessThan(risen);
  });

  it('does not depend on how often it is asked', () => {
    const [often, seldom] = [endOf(new Array(13).fill(0.9), 5), endOf(new Array(3).fill(0.9), 30)];
    expect(often).toBeCloseTo(seldom, 12);
    const rising = (every: number) =>
      endOf([0.01, ...new Array(Math.round(20 / every)).fill(0.9)], every);
    expect(rising(1)).toBeCloseTo(rising(20), 9);
  });

  it('follows what is near faster than what is far, within bounds', () => {
    const before = said(0, 0.02);
    const following = (expected: number): number =>
      steadied(before, said(5, 0.9), { horizonS: 3600, expected }).horizons['1h'];
    expect(following(0.2)).toBeGreaterThan(0.5);
    expect(following(2)).toBeLessThan(0.1);
    expect(following(0.2)).toBeGreaterThan(following(0.5));
    expect(following(Number.POSITIVE_INFINITY)).toBe(following(24));
    expect(following(24)).toBeGreaterThan(0.02);
  });

  it('forgets what was said more than a horizon ago', () => {
    expect(endOf([0.9, 0.1], 61)).toBeCloseTo(0.1, 12);
  });

  it('changes nothing when it is repeated, or asked about the past', () => {
    const before = said(10, 0.3);
    expect(steadied(before, said(10, 0.9), PACE)).toBe(before);
    expect(steadied(before, said(5, 0.9), PACE)).toBe(before);
  });

  it('keeps certainties finite', () => {
    expect(endOf([0, 1, 1, 1])).toBeLessThan(1);
    expect(endOf([1, 0, 0])).toBeGreaterThan(0);
  });

  it('keeps the horizons in order', () => {
    const before: Said = { at: 0, horizons: { '1h': 0.1, '6h': 0.1, '24h': 0.9 } };
    const now: Said = { at: 300_000, horizons: { '1h': 0.8, '6h': 0.8, '24h': 0.8 } };
    const { horizons } = steadied(before, now, PACE);
    expect(horizons['6h']).toBeGreaterThanOrEqual(horizons['1h']);
    expect(horizons['24h']).toBeGreaterThanOrEqual(horizons['6h']);
  });
});
