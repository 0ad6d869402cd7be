import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  comparableMinutes,
  healthyTimeText,
  LOAD_SPAN_MS,
  type LoadSpan,
  minutesByLoad,
  usualLoad,
} from '../../../lib/domain/decide/comparable-load.js';

const BEGIN = Date.parse('2026-03-01T00:00:00Z');
const at = (minutes: number) => new Date(BEGIN + minutes * 60_000);
const span = (minutes: number, requestRate: number): LoadSpan => ({ at: at(minutes), requestRate });

describe('minutesByLoad', () => {
  it('counts what a span has in common with the time, and nothing where nobody measured', () => {
    const spans = [span(0, 4), span(5, 4), span(20, 64)];
    expect(minutesByLoad(spans, at(2), at(22))).toEqual({ 4: 8, 12: 2 });
    expect(minutesByLoad(spans, at(10), at(20))).toEqual({});
  });

  it('keeps idle time in the lowest band, and what is no number nowhere', () => {
    const spans = [span(0, 0), span(5, Number.NaN), span(10, Number.POSITIVE_INFINITY)];
    expect(minutesByLoad(spans, at(0), at(60))).toEqual({ '-14': 5 });
  });

  it('shares out no more than the time there was, in 55 bands at most', () => {
    const rates = fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), { maxLength: 400 });
    return fc.assert(
      fc.property(rates, fc.integer({ min: 0, max: 900 }), (each, until) => {
        const spans = each.map((rate, i) => span(5 * i, rate));
        const minutes = minutesByLoad(spans, at(0), at(until));
        const sum = Object.values(minutes).reduce((total, one) => total + one, 0);
        const measured = Math.min(until, (each.length * LOAD_SPAN_MS) / 60_000);
        expect(sum).toBeCloseTo(measured, 6);
        expect(Object.keys(minutes).length).toBeLessThanOrEqual(55);
      }),
    );
  });
});

describe('comparableMinutes', () => {
  const earned = { healthyMinutes: 100, loadMinutes: { 2: 30, 6: 40 } };

  it.each([
    ['all of it at that load or above', 4, 70],
    ['only what was at half of it or more', 16, 40],
    ['none where all was lighter', 64, 0],
    ['all where there was no load before', 0, 100],
    ['all where nobody measures it now', null, 100],
  ])('counts %s', (_, requestRate, minutes) => {
    expect(comparableMinutes(earned, { requestRate, share: 0.5 })).toBe(minutes);
  });

  it('counts time at the very load of now as comparable, whatever share is asked for', () => {
    const some = fc.double({ min: 0.01, max: 1e5, noNaN: true });
    return fc.assert(
      fc.property(some, fc.double({ min: 0, max: 0.7, noNaN: true }), (requestRate, share) => {
        const loadMinutes = minutesByLoad([span(0, requestRate)], at(0), at(5));
        const minutes = comparableMinutes(
          { healthyMinutes: 5, loadMinutes },
          { requestRate, share },
        );
        expect(minutes).toBe(5);
      }),
    );
  });

  it('counts less, the more load is asked for', () => {
    const rates = fc.array(fc.double({ min: 0, max: 1e4, noNaN: true }), { maxLength: 30 });
    const pair = fc.tuple(
      fc.double({ min: 0.001, max: 1e4, noNaN: true }),
      fc.double({ min: 1, max: 100, noNaN: true }),
    );
    return fc.assert(
      fc.property(rates, pair, (each, [least, times]) => {
        const spans = each.map((rate, i) => span(5 * i, rate));
        const loadMinutes = minutesByLoad(spans, at(0), at(1000));
        const of = (requestRate: number) =>
          comparableMinutes({ healthyMinutes: 1000, loadMinutes }, { requestRate, share: 0.5 });
        expect(of(least * times)).toBeLessThanOrEqual(of(least));
      }),
    );
  });
});

describe('healthyTimeText', () => {
  const earned = { healthyMinutes: 100.7, loadMinutes: { 2: 30.9, '-14': 69.8 } };

  it.each([
    [
      4,
      '100 healthy minutes, 30 of them at a request_rate of 2 or more (it was 4 before the trouble)',
    ],
    [0, '100 healthy minutes; there was no load before the trouble'],
    [null, '100 healthy minutes, at whatever load: no request_rate is measured now'],
  ])('says what is known at a load of %s', (requestRate, text) => {
    expect(healthyTimeText(earned, { requestRate, share: 0.5 })).toBe(text);
  });

  it.each([
    [{ 2: 30.9 }, '100 healthy minutes, 30 of them', ', 69 at a load that nobody measured'],
    [{}, '100 healthy minutes, 0 of them', ', 100 at a load that nobody measured'],
  ])('says that nobody measured some of it: %j', (loadMinutes, begin, end) => {
    const text = healthyTimeText({ ...earned, loadMinutes }, { requestRate: 4, share: 0.5 });
    expect(text).toMatch(new RegExp(`^${begin}`));
    expect(text).toMatch(new RegExp(`${end}$`));
  });
});

describe('usualLoad', () => {
  it('is the middle of what was measured, whatever the trouble began with', () => {
    expect(usualLoad([span(0, 10), span(5, 11), span(10, 0)])).toBe(10);
    expect(usualLoad([])).toBeNull();
  });
});
