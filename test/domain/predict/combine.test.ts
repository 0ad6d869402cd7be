import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Horizons } from '../../../lib/domain/assessment.js';
import {
  honestOf,
  loudestOf,
  timeToFailure,
  verdictOf,
} from '../../../lib/domain/predict/combine.js';
import type { Forecast } from '../../../lib/domain/predict/forecast.js';
import { LEARNED } from '../../../lib/domain/predict/learned.js';

const horizons = (a: number, b: number, c: number): Horizons => ({ '1h': a, '6h': b, '24h': c });

const forecast = (of: Horizons, likely = 2): Forecast => ({
  failure: 'memory',
  features: [],
  metrics: [],
  failing: [],
  isEnough: true,
  horizons: of,
  time: { low: likely / 2, likely, high: 2 * likely },
});

describe('loudestOf', () => {
  it.each([
    { name: 'nothing', of: [], is: horizons(0, 0, 0) },
    { name: 'one', of: [horizons(0.1, 0.2, 0.8)], is: horizons(0.1, 0.2, 0.8) },
    {
      name: 'the loudest at each horizon',
      of: [horizons(0.1, 0.2, 0.8), horizons(0.05, 0.5, 0.6)],
      is: horizons(0.1, 0.5, 0.8),
    },
    {
      name: 'a nearer horizon that is louder',
      of: [horizons(0.7, 0.2, 0.3)],
      is: horizons(0.7, 0.7, 0.7),
    },
  ])('is $is for $name', ({ of, is }) => {
    expect(loudestOf(of.map((one) => forecast(one)))).toEqual(is);
  });
});

describe('honestOf', () => {
  it('never lets a farther horizon be less probable, nor anything be impossible', () => {
    const p = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(p, p, p, (a, b, c) => {
        const found = honestOf(horizons(a, b, c), LEARNED);
        expect(found['1h']).toBeGreaterThan(0);
        expect(found['6h']).toBeGreaterThanOrEqual(found['1h']);
        expect(found['24h']).toBeGreaterThanOrEqual(found['6h']);
        expect(found['24h']).toBeLessThanOrEqual(1);
      }),
    );
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
    const found = verdictOf(horizons(ps[0] ?? 0, ps[1] ?? 0, ps[2] ?? 0), 0.5);
    expect(found.level).toBe(level);
    expect(found.probability).toBeCloseTo(probability, 9);
  });

  it('follows the raising probability', () => {
    const of = horizons(0.6, 0.8, 0.9);
    const found = verdictOf(of, 0.7);
    expect(found.level).toBe('high');
    expect(found.probability).toBeCloseTo(0.3 + (0.2 * 0.1) / 0.3, 12);
    expect(verdictOf(of, 1)).toEqual({ level: null, probability: expect.closeTo(0.09, 9) });
  });

  it('reads as the contract says: the level follows from the number', () => {
    const p = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.tuple(p, p, p), (ps) => {
        const [first = 0, sixth = 0, last = 0] = [...ps].sort((a, b) => a - b);
        const { level, probability } = verdictOf(horizons(first, sixth, last), 0.5);
        const bounds = { critical: [0.5, 1], high: [0.3, 0.5], medium: [0.1, 0.3], none: [0, 0.1] };
        const [low = 0, high = 0] = bounds[level ?? 'none'];
        expect(probability).toBeGreaterThanOrEqual(low - 1e-12);
        expect(probability).toBeLessThanOrEqual(high + 1e-12);
      }),
    );
  });
});

describe('timeToFailure', () => {
  it('is null without a forecast', () => {
    expect(timeToFailure([], 3600)).toBeNull();
  });

  it('is what the loudest expects, in seconds', () => {
    const quiet = forecast(horizons(0.1, 0.1, 0.2), 0.5);
    const loud = forecast(horizons(0.2, 0.6, 0.9), 3);
    expect(timeToFailure([quiet, loud], 60)).toEqual({ low: 90, likely: 180, high: 360 });
  });
});
