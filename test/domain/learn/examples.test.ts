import { describe, expect, it } from 'vitest';
import { effectiveCount, examplesOf } from '../../../lib/domain/learn/examples.js';
import { HOUR } from '../../../lib/domain/time.js';
import { outcomeOf } from './fleet-of.js';

const START = Date.UTC(2026, 0, 1);
const of = (outcomes: Parameters<typeof examplesOf>[0]) =>
  examplesOf(outcomes, { horizon: '6h', horizonS: 3600 });

describe('examplesOf', () => {
  it('weigh an outcome by the inverse of its sampling share', () => {
    const [quiet, alarm] = of([
      outcomeOf({ p: 0.1, share: 0.005 }),
      outcomeOf({ p: 0.9, share: 1 / 60 }),
    ]);
    expect(quiet?.weight).toBeCloseTo(200, 9);
    expect(alarm?.weight).toBeCloseTo(60, 9);
  });

  it('hold a weight at five times the middling one', () => {
    const many = Array.from({ length: 9 }, () => outcomeOf({}));
    const weights = of([...many, outcomeOf({ share: 1e-4 })]).map(({ weight }) => weight);
    expect(Math.max(...weights)).toBe(5);
  });

  it('let those of one component within one horizon share a fate', () => {
    const at = (hours: number) => new Date(START + hours * HOUR);
    const fates = of([
      outcomeOf({ at: at(0) }),
      outcomeOf({ at: at(5) }),
      outcomeOf({ at: at(6) }),
      outcomeOf({ at: at(6), component: 'api' }),
    ]).map(({ fate }) => fate);
    expect(new Set(fates).size).toBe(3);
  });
});

describe('effectiveCount', () => {
  it.each([
    { name: 'nothing', weights: [], fates: '', is: 0 },
    { name: 'equal ones', weights: [2, 2, 2], fates: 'abc', is: 3 },
    { name: 'one fate', weights: [1, 1, 1], fates: 'aaa', is: 1 },
    { name: 'one that outweighs', weights: [1000, 1, 1], fates: 'abc', is: 1.004 },
  ])('is $is for $name', ({ weights, fates, is }) => {
    const examples = weights.map((weight, i) => ({ weight, fate: fates[i] ?? '' }));
    expect(effectiveCount(examples)).toBeCloseTo(is, 3);
  });
});
