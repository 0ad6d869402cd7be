import { describe, expect, it } from 'vitest';
import { currentSeries, freshness } from '../../../lib/domain/health/freshness.js';
import { DEFAULT_SETTINGS } from '../../../lib/domain/settings.js';
import type { Window } from '../../../lib/domain/window.js';
import { instant, START, seriesOf, values, windowOf } from '../series.js';

/** Points at these minutes of a component that sends every minute. */
function at(...minutes: number[]): Window {
  const times = minutes.map((minute) => instant(60 * minute).getTime());
  return {
    series: { cpu_usage: { at: times, y: times.map(() => 5), instance: times.map(() => '') } },
    cadenceS: 60,
    points: times.length,
    lastAt: new Date(times.at(-1) ?? 0),
    firstAt: START,
    instances: [''],
  };
}

describe('freshness', () => {
  it('is nothing without samples', () => {
    expect(freshness(windowOf({}), DEFAULT_SETTINGS, START)).toEqual({
      ageS: null,
      share: 0,
      isFresh: false,
    });
  });

  it.each([
    { ageS: 0, isFresh: true },
    { ageS: 120, isFresh: true },
    { ageS: 121, isFresh: false },
  ])('is $isFresh at an age of $ageS s and a cadence of a minute', ({ ageS, isFresh }) => {
    const window = windowOf({ cpu_usage: values(20, () => 5) });
    const found = freshness(window, DEFAULT_SETTINGS, instant(19 * 60 + ageS));
    expect(found).toEqual({ ageS, share: 1, isFresh });
  });

  it.each([
    { lost: 1, share: 0.9, isFresh: true },
    { lost: 2, share: 0.8, isFresh: true },
    { lost: 3, share: 0.7, isFresh: false },
  ])('is $isFresh with $lost of ten samples lost', ({ lost, share, isFresh }) => {
    const minutes = values(31, (index) => index).filter((m) => m <= 24 - lost || m > 24);
    const found = freshness(at(...minutes), DEFAULT_SETTINGS, instant(30 * 60));
    expect(found.share).toBeCloseTo(share, 12);
    expect(found.isFresh).toBe(isFresh);
  });

  it.each([
    { name: 'one sample', window: at(0), share: 1 },
    { name: 'three samples', window: at(0, 1, 2), share: 1 },
    { name: 'two of three', window: at(0, 2), share: 2 / 3 },
  ])('expects of a young component what it can have sent: $name', ({ window, share }) => {
    const now = window.lastAt ?? START;
    expect(freshness(window, DEFAULT_SETTINGS, now).share).toBeCloseTo(share, 12);
  });

  it.each([
    { resetAfter: 20, share: 1, isFresh: true },
    { resetAfter: 17.5, share: 0.5, isFresh: false },
    { resetAfter: -5, share: 0.2, isFresh: false },
  ])('expects only what can have come since the window began anew', (row) => {
    const window = { ...at(20, 21), resetAt: instant(60 * row.resetAfter) };
    const found = freshness(window, DEFAULT_SETTINGS, instant(21 * 60));
    expect(found.share).toBeCloseTo(row.share, 12);
    expect(found.isFresh).toBe(row.isFresh);
  });

  it('takes a sample from the future as new', () => {
    const found = freshness(at(0, 1, 2, 3), DEFAULT_SETTINGS, instant(60));
    expect(found).toEqual({ ageS: 0, share: 1, isFresh: true });
  });

  it('follows its settings', () => {
    const window = windowOf({ cpu_usage: values(20, () => 5) });
    const now = instant(19 * 60 + 200);
    expect(freshness(window, { ...DEFAULT_SETTINGS, freshIntervals: 4 }, now).isFresh).toBe(true);
    const few = at(10, 12, 14, 16, 18, 20);
    const lax = { ...DEFAULT_SETTINGS, freshShare: 0.5 };
    expect(freshness(few, lax, instant(1200)).isFresh).toBe(true);
    expect(freshness(few, DEFAULT_SETTINGS, instant(1200)).isFresh).toBe(false);
  });
});

describe('currentSeries', () => {
  it('leaves out a metric that has stopped, and keeps one with a slow cadence of its own', () => {
    const window: Window = {
      ...windowOf({ cpu_usage: values(61, () => 5), error_rate: values(30, () => 0.2) }),
    };
    const slow = seriesOf(
      values(12, () => 40),
      300,
    );
    const mixed = { ...window, series: { ...window.series, disk_usage: slow } };
    expect(Object.keys(currentSeries(mixed, DEFAULT_SETTINGS))).toEqual([
      'cpu_usage',
      'disk_usage',
    ]);
  });

  it('is empty for an empty window', () => {
    expect(currentSeries(windowOf({}), DEFAULT_SETTINGS)).toEqual({});
    expect(currentSeries({ ...windowOf({}), lastAt: START }, DEFAULT_SETTINGS)).toEqual({});
  });
});
