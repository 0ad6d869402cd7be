import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Past } from '../../lib/domain/past/past.js';
import { KeptPast, keptPast, nextPast, pastOf } from '../../lib/store/kept-past.js';

const past: Past = {
  bucketS: 900,
  metrics: {
    memory_usage: {
      last: 1_969_261,
      mean: [Number.NaN, 41.25],
      min: [Number.NaN, 40],
      max: [Number.NaN, 42.5],
      survived: Number.NaN,
    },
  },
};

describe('keptPast', () => {
  it('goes through JSON and comes back, with what is missing still missing', () => {
    const kept = KeptPast.parse(JSON.parse(JSON.stringify(keptPast(past))));
    expect(pastOf(kept)).toEqual(past);
  });

  it('keeps four digits', () => {
    const long = { ...past.metrics['memory_usage'], survived: 41.256_789 };
    const kept = keptPast({ ...past, metrics: { memory_usage: { ...long, last: 1 } as never } });
    expect(kept.metrics['memory_usage']?.survived).toBe(41.26);
  });
});

describe('nextPast', () => {
  it('is the one that is kept until a bucket has begun', () => {
    const one = past.metrics['memory_usage'];
    if (one === undefined) throw new Error('there is one');
    const same = { ...past, metrics: { memory_usage: { ...one, mean: [1, 2] } } };
    expect(nextPast(past, same)).toBe(past);
    const later = { ...past, metrics: { memory_usage: { ...one, last: one.last + 1 } } };
    expect(nextPast(past, later)).toEqual(later);
  });

  it('is what goes through JSON, whatever the numbers are', () => {
    const level = fc.double({ min: -1e300, max: 1e300 });
    const levels = fc.array(level, { maxLength: 20 });
    fc.assert(
      fc.property(levels, level, (mean, survived) => {
        const now = {
          bucketS: 900,
          metrics: { depth: { last: 7, mean, min: mean, max: mean, survived } },
        };
        const kept = KeptPast.parse(JSON.parse(JSON.stringify(keptPast(now))));
        expect(nextPast(past, now)).toEqual(pastOf(kept));
      }),
    );
  });
});
