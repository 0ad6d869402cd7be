import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { extendPast } from '../../../lib/domain/past/extend-past.js';
import { hasMoved } from '../../../lib/domain/past/has-moved.js';
import { BUCKETS, NO_PAST, type Past } from '../../../lib/domain/past/past.js';
import type { Window } from '../../../lib/domain/window.js';
import { START } from '../series.js';

const HORIZON = { horizonS: 3600 };

/** A window of one metric with these points: minutes after the start, and values. */
function window(points: readonly (readonly [minute: number, value: number])[]): Window {
  const at = points.map(([minute]) => START.getTime() + minute * 60_000);
  const y = points.map(([, value]) => value);
  return {
    series: points.length === 0 ? {} : { memory_usage: { at, y, instance: y.map(() => '') } },
    ...{ cadenceS: 60, points: points.length, firstAt: START, instances: [''] },
    lastAt: points.length === 0 ? null : new Date(at.at(-1) ?? 0),
  };
}

const ramp = (from: number, to: number): [number, number][] =>
  Array.from({ length: to - from }, (_, i) => [from + i, from + i]);

const memory = (past: Past) => past.metrics['memory_usage'];

/** What a sweep a minute, each with a window of `points` points, makes of a ramp. */
function swept(minutes: number, points: number): Past {
  let past = NO_PAST;
  for (let end = 1; end <= minutes; end += 1) {
    past = extendPast(past, window(ramp(Math.max(0, end - points), end)), HORIZON);
  }
  return past;
}

describe('extendPast', () => {
  it('folds points into quarters of a horizon', () => {
    const found = memory(extendPast(NO_PAST, window(ramp(0, 40)), HORIZON));
    expect(found).toMatchObject({ mean: [7, 22, 34.5], min: [0, 15, 30], max: [14, 29, 39] });
    expect((found?.last ?? 0) * 900_000).toBe(START.getTime() + 30 * 60_000);
  });

  it('says nothing of what has no points', () => {
    const found = memory(extendPast(NO_PAST, window([...ramp(0, 5), ...ramp(35, 40)]), HORIZON));
    expect(found?.mean).toEqual([2, Number.NaN, 37]);
  });

  it('changes nothing when it is repeated', () => {
    const once = extendPast(NO_PAST, window(ramp(0, 100)), HORIZON);
    expect(extendPast(once, window(ramp(0, 100)), HORIZON)).toEqual(once);
  });

  it('is the same whether it was built up minute by minute or at once', () => {
    expect(swept(200, 60)).toEqual(extendPast(NO_PAST, window(ramp(0, 200)), HORIZON));
  });

  it('counts what comes late, while the window holds its bucket', () => {
    const early = extendPast(NO_PAST, window([...ramp(0, 20), ...ramp(22, 40)]), HORIZON);
    const late = extendPast(early, window(ramp(0, 40)), HORIZON);
    expect(memory(late)?.mean[1]).toBe(22);
  });

  it('keeps a bucket of which the window holds only the end', () => {
    const before = extendPast(NO_PAST, window(ramp(0, 30)), HORIZON);
    const after = extendPast(before, window(ramp(10, 45)), HORIZON);
    expect(memory(after)?.min).toEqual([0, 15, 30]);
  });

  it('keeps a day and a third, and remembers how high it was before', () => {
    const found = memory(swept(BUCKETS * 15 + 300, 60));
    expect(found?.mean).toHaveLength(BUCKETS);
    // Twenty buckets have left the ring; the last of them had a mean of 292.
    expect(found?.survived).toBeGreaterThan(290);
    expect(found?.survived).toBeLessThanOrEqual(292);
  });

  it('forgets a metric once nothing of it would be kept, while others are sent', () => {
    const gone = (bucketsAgo: number): string[] => {
      const past = extendPast(NO_PAST, window(ramp(0, 15)), HORIZON);
      const at = [START.getTime() + bucketsAgo * 900_000];
      const series = { cpu_usage: { at, y: [1], instance: [''] } };
      return Object.keys(extendPast(past, { ...window([]), series }, HORIZON).metrics).sort();
    };
    expect(gone(BUCKETS - 1)).toEqual(['cpu_usage', 'memory_usage']);
    expect(gone(BUCKETS)).toEqual(['cpu_usage']);
  });

  it('forgets a past of another horizon, and keeps that of a metric that is not sent', () => {
    const before = extendPast(NO_PAST, window(ramp(0, 40)), HORIZON);
    const other = extendPast(before, window(ramp(30, 40)), { horizonS: 7200 });
    expect(other).toMatchObject({ bucketS: 1800, metrics: { memory_usage: { mean: [34.5] } } });
    expect(extendPast(before, window([]), HORIZON)).toEqual(before);
  });

  it('never grows beyond its ring, whatever the gaps', { timeout: 30_000 }, () => {
    const gaps = fc.array(fc.integer({ min: 1, max: 4000 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(gaps, (minutes) => {
        let past = NO_PAST;
        let at = 0;
        for (const gap of minutes) {
          at += gap;
          past = extendPast(past, window(ramp(at, at + 30)), HORIZON);
          const one = memory(past);
          expect(one?.mean.length).toBeLessThanOrEqual(BUCKETS);
          expect(one?.min).toHaveLength(one?.mean.length ?? -1);
          expect(one?.max.at(-1)).toBe(at + 29);
        }
      }),
    );
  });
});

describe('hasMoved', () => {
  it('is true once a bucket has begun, for a new metric, and for another horizon', () => {
    const before = extendPast(NO_PAST, window(ramp(0, 20)), HORIZON);
    expect(hasMoved(NO_PAST, before)).toBe(true);
    expect(hasMoved(before, extendPast(before, window(ramp(0, 29)), HORIZON))).toBe(false);
    expect(hasMoved(before, extendPast(before, window(ramp(0, 31)), HORIZON))).toBe(true);
    expect(hasMoved(before, { ...before, bucketS: 1 })).toBe(true);
  });
});
