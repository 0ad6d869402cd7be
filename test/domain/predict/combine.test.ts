import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  FARTHEST_HORIZONS,
  horizonsOf,
  timeToFailure,
  verdictOf,
} from '../../../lib/domain/predict/combine.js';
import { DEFAULT_SETTINGS } from '../../../lib/domain/settings.js';
import { forecastOf } from './forecast-of.js';

const HOUR_S = 3600;
const always = (p: number) => forecastOf(() => p);

describe('horizonsOf', () => {
  it.each([
    { name: 'nothing', ps: [], is: { '1h': 0.01, '6h': 0.02, '24h': 0.04 } },
    { name: 'one', ps: [0.8], is: { '1h': 0.8, '6h': 0.8, '24h': 0.8 } },
    { name: 'two', ps: [0.8, 0.5], is: { '1h': 0.9, '6h': 0.9, '24h': 0.9 } },
    { name: 'weak ones', ps: [0.4, 0.4, 0.4], is: { '1h': 0.45, '6h': 0.45, '24h': 0.45 } },
    { name: 'a very weak one', ps: [0.001], is: { '1h': 0.01, '6h': 0.02, '24h': 0.04 } },
  ])('are $is for $name', ({ ps, is }) => {
    const found = horizonsOf(ps.map(always), HOUR_S);
    expect(found['1h']).toBeCloseTo(is['1h'], 12);
    expect(found['6h']).toBeCloseTo(is['6h'], 12);
    expect(found['24h']).toBeCloseTo(is['24h'], 12);
  });

  it('ask each forecast at 1, 6 and 24 horizons', () => {
    const linear = forecastOf((withinS) => withinS / (25 * 60));
    const found = horizonsOf([linear], 60);
    expect(found['1h']).toBeCloseTo(0.04, 12);
    expect(found['6h']).toBeCloseTo(0.24, 12);
    expect(found['24h']).toBeCloseTo(0.96, 12);
  });
});

describe('verdictOf', () => {
  it.each([
    { ps: [0.01, 0.02, 0.04], level: null, probability: 0.008 },
    { ps: [0.1, 0.2, 0.4999], level: null, probability: 0.09998 },
    { ps: [0.1, 0.2, 0.5], level: 'medium', probability: 0.1 },
    { ps: [0.1, 0.2, 0.75], level: 'medium', probability: 0.2 },
    { ps: [0.1, 0.2, 1], level: 'medium', probability: 0.3 },
    { ps: [0.1, 0.5, 0.9], level: 'high', probability: 0.3 },
    { ps: [0.4, 0.75, 0.9], level: 'high', probability: 0.4 },
    { ps: [0.49, 1, 1], level: 'high', probability: 0.5 },
    { ps: [0.51, 0.6, 0.9], level: 'critical', probability: 0.51 },
    { ps: [0.97, 0.97, 0.97], level: 'critical', probability: 0.97 },
  ])('is $level, $probability for $ps', ({ ps, level, probability }) => {
    const found = verdictOf({ '1h': ps[0] ?? 0, '6h': ps[1] ?? 0, '24h': ps[2] ?? 0 }, 0.5);
    expect(found.level).toBe(level);
    expect(found.probability).toBeCloseTo(probability, 9);
  });

  it('follows the raising probability', () => {
    const horizons = { '1h': 0.6, '6h': 0.8, '24h': 0.9 };
    const found = verdictOf(horizons, 0.7);
    expect(found.level).toBe('high');
    expect(found.probability).toBeCloseTo(0.3 + (0.2 * 0.1) / 0.3, 12);
    expect(verdictOf(horizons, 1)).toEqual({ level: null, probability: expect.closeTo(0.09, 9) });
  });

  it('reads as the contract says: the level follows from the number', () => {
    const p = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.tuple(p, p, p), (ps) => {
        const [first = 0, sixth = 0, last = 0] = [...ps].sort((a, b) => a - b);
        const { level, probability } = verdictOf({ '1h': first, '6h': sixth, '24h': last }, 0.5);
        expect(probability).toBeGreaterThanOrEqual(0);
        expect(probability).toBeLessThanOrEqual(1);
        const bounds = { critical: [0.5, 1], high: [0.3, 0.5], medium: [0.1, 0.3], none: [0, 0.1] };
        const [low = 0, high = 0] = bounds[level ?? 'none'];
        expect(probability).toBeGreaterThanOrEqual(low - 1e-12);
        expect(probability).toBeLessThanOrEqual(high + 1e-12);
      }),
    );
  });
});

describe('timeToFailure', () => {
  /** Comes within an hour, evenly. */
  const within = (hours: number) => forecastOf((s) => Math.min(0.9, (0.9 * s) / (hours * HOUR_S)));

  it('is null without a forecast', () => {
    expect(timeToFailure([], DEFAULT_SETTINGS)).toBeNull();
  });

  it('is now when a metric is failing', () => {
    const failing = forecastOf(() => 0.97, { trend: null });
    expect(timeToFailure([within(3), failing], DEFAULT_SETTINGS)).toEqual({
      low: 0,
      likely: 0,
      high: 0,
    });
  });

  it('is the time by which a tenth, half, nine tenths of the probability lie behind', () => {
    const found = timeToFailure([within(2)], DEFAULT_SETTINGS);
    expect(found?.low).toBeCloseTo(720, 0);
    expect(found?.likely).toBeCloseTo(3600, 0);
    expect(found?.high).toBeCloseTo(6480, 0);
  });

  it('lies before each of two independent ones', () => {
    const found = timeToFailure([within(2), within(2)], DEFAULT_SETTINGS);
    expect(found?.likely).toBeLessThan(3600);
    expect(found?.likely).toBeGreaterThan(1800);
  });

  it('ends at a week of horizons', () => {
    const late = forecastOf((s) => (s > 1e9 ? 0.9 : 0));
    const found = timeToFailure([late], { ...DEFAULT_SETTINGS, horizonS: 60 });
    expect(found?.high).toBeLessThanOrEqual(FARTHEST_HORIZONS * 60);
  });
});
