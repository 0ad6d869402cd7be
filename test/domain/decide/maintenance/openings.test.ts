import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isInWindow,
  nextOpening,
  openNow,
} from '../../../../lib/domain/decide/maintenance/openings.js';
import {
  type Schedule,
  type ScheduleRule,
  StatedSchedule,
  WEEKDAYS,
} from '../../../../lib/domain/decide/maintenance/schedule.js';

const DAILY = [...WEEKDAYS];

const weekly = (
  zone: string,
  start: string,
  duration_min: number,
  days: readonly (typeof WEEKDAYS)[number][] = DAILY,
): Schedule => ({ zone, rule: { type: 'weekly', days: [...days], start, duration_min } });

const once = (zone: string, starts: string, ends: string): Schedule => ({
  zone,
  rule: { type: 'once', starts, ends },
});

const utc = (text: string): Date => new Date(`${text}:00Z`);
const text = (at: Date | null | undefined) => at?.toISOString().slice(0, 16) ?? null;
const spanAt = (schedule: Schedule, at: string) => {
  const open = openNow(schedule, utc(at));
  return open === null ? null : [text(open.from), text(open.until)];
};

describe('openNow', () => {
  it.each([
    ['before it opens', '2026-06-01T00:29', null],
    ['as it opens', '2026-06-01T00:30', ['2026-06-01T00:30', '2026-06-01T01:30']],
    ['at its last minute', '2026-06-01T01:29', ['2026-06-01T00:30', '2026-06-01T01:30']],
    ['as it closes', '2026-06-01T01:30', null],
  ])('of 02:30 in Berlin for an hour knows %s', (_, at, span) => {
    expect(spanAt(weekly('Europe/Berlin', '02:30', 60), at)).toEqual(span);
  });

  it.each([
    ['Europe/Berlin', '2026-03-29', ['2026-03-29T01:00', '2026-03-29T02:00']],
    ['America/New_York', '2026-03-08', ['2026-03-08T07:00', '2026-03-08T08:00']],
    ['Australia/Lord_Howe', '2026-10-04', ['2026-10-03T15:30', '2026-10-03T16:30']],
  ])('in %s, where its start is not there, begins at the jump and lasts its hour', (...row) => {
    const [zone, , span] = row;
    const start = zone === 'Australia/Lord_Howe' ? '02:15' : '02:30';
    expect(spanAt(weekly(zone, start, 60), span[0] ?? '')).toEqual(span);
    const before = new Date(utc(span[0] ?? '').getTime() - 60_000);
    expect(isInWindow(weekly(zone, start, 60), before)).toBe(false);
  });

  it.each([
    // Twice 02:30 at UTC+2 and UTC+1, twice 01:30 at UTC-4 and UTC-5, twice 01:45 at UTC+11 and +10:30.
    ['Europe/Berlin', '02:30', ['2026-10-25T00:30', '2026-10-25T02:30']],
    ['America/New_York', '01:30', ['2026-11-01T05:30', '2026-11-01T07:30']],
    ['Australia/Lord_Howe', '01:45', ['2026-04-04T14:45', '2026-04-04T16:15']],
  ])(
    'in %s, where %s is there twice, lasts from the first to the end after the second',
    (...row) => {
      const [zone, start, span] = row;
      const [from = '', until = ''] = span;
      for (let at = utc(from).getTime(); at < utc(until).getTime(); at += 60_000) {
        expect(isInWindow(weekly(zone, start, 60), new Date(at))).toBe(true);
      }
      expect(spanAt(weekly(zone, start, 60), from)).toEqual(span);
      expect(isInWindow(weekly(zone, start, 60), utc(until))).toBe(false);
    },
  );

  it.each([
    [
      'spring in Berlin',
      'Europe/Berlin',
      '2026-03-28T22:00',
      ['2026-03-28T21:00', '2026-03-29T05:00'],
    ],
    [
      'autumn in Berlin',
      'Europe/Berlin',
      '2026-10-25T03:00',
      ['2026-10-24T20:00', '2026-10-25T05:00'],
    ],
    [
      'spring in New York',
      'America/New_York',
      '2026-03-08T07:30',
      ['2026-03-08T03:00', '2026-03-08T11:00'],
    ],
    [
      'autumn in New York',
      'America/New_York',
      '2026-11-01T06:00',
      ['2026-11-01T02:00', '2026-11-01T11:00'],
    ],
    [
      'spring on Lord Howe',
      'Australia/Lord_Howe',
      '2026-10-03T16:00',
      ['2026-10-03T11:30', '2026-10-03T19:30'],
    ],
    [
      'autumn on Lord Howe',
      'Australia/Lord_Howe',
      '2026-04-04T15:00',
      ['2026-04-04T11:00', '2026-04-04T19:30'],
    ],
  ])('over midnight, 22:00 for eight hours, in %s is never short', (_, zone, at, span) => {
    expect(spanAt(weekly(zone, '22:00', 480), at)).toEqual(span);
  });

  it('belongs to the day on which it begins, where the zone is', () => {
    const friday = weekly('Australia/Lord_Howe', '23:00', 120, ['fri']);
    // Friday the 5th of June, 23:00 at UTC+10:30, is 12:30 in UTC.
    expect(spanAt(friday, '2026-06-05T14:29')).toEqual(['2026-06-05T12:30', '2026-06-05T14:30']);
    expect(spanAt(friday, '2026-06-06T12:30')).toBeNull();
  });

  it('is one where openings touch or overlap', () => {
    const workdays = weekly('Europe/Berlin', '00:00', 1440, ['mon', 'tue', 'wed']);
    expect(text(openNow(workdays, utc('2026-06-01T10:00'))?.until)).toBe('2026-06-03T22:00');
  });

  it.each([
    ['every day for a day', weekly('Europe/Berlin', '00:00', 1440)],
    ['a day a week for a week', weekly('America/New_York', '12:00', 10_080, ['tue'])],
  ])('has no end where it is open %s', (_, schedule) => {
    for (const at of ['2026-03-29T01:30', '2026-07-01T00:00', '2026-11-01T06:00']) {
      expect(openNow(schedule, utc(at))).toMatchObject({ until: null });
      expect(nextOpening(schedule, utc(at))).toBeNull();
    }
  });

  it('of one day is open once, on the clock of its zone', () => {
    const holidays = once('Europe/Berlin', '2026-12-24T18:00', '2026-12-27T06:00');
    expect(spanAt(holidays, '2026-12-24T16:59')).toBeNull();
    expect(spanAt(holidays, '2026-12-24T17:00')).toEqual(['2026-12-24T17:00', '2026-12-27T05:00']);
    expect(spanAt(holidays, '2026-12-27T05:00')).toBeNull();
    expect(nextOpening(holidays, utc('2026-12-25T00:00'))).toBeNull();
    expect(text(nextOpening(holidays, utc('2026-06-01T00:00'))?.from)).toBe('2026-12-24T17:00');
  });

  it('of one day from and to what is not there is open for as long as it says', () => {
    const gone = once('Europe/Berlin', '2026-03-29T02:10', '2026-03-29T02:50');
    expect(spanAt(gone, '2026-03-29T01:00')).toEqual(['2026-03-29T01:00', '2026-03-29T01:50']);
  });

  it('throws where it cannot be evaluated', () => {
    expect(() => openNow(weekly('Nowhere/Land', '02:30', 60), utc('2026-06-01T12:00'))).toThrow(
      'no time zone is called Nowhere/Land',
    );
    const daily = weekly('UTC', '02:30', 60);
    expect(() => openNow(daily, new Date(Number.NaN))).toThrow(RangeError);
    const never = once('UTC', 'soon', 'later');
    expect(() => openNow(never, utc('2026-06-01T12:00'))).toThrow(RangeError);
  });
});

describe('nextOpening', () => {
  it.each([
    ['of the same day', '2026-06-01T00:00', '2026-06-01T00:30'],
    ['after the one that is open', '2026-06-01T00:30', '2026-06-02T00:30'],
    ['over the jump', '2026-03-28T12:00', '2026-03-29T01:00'],
    ['after the jump', '2026-03-29T12:00', '2026-03-30T00:30'],
  ])('of 02:30 in Berlin knows that %s', (_, at, from) => {
    expect(text(nextOpening(weekly('Europe/Berlin', '02:30', 60), utc(at))?.from)).toBe(from);
  });

  it('looks a week ahead', () => {
    const monday = weekly('UTC', '00:00', 1, ['mon']);
    expect(text(nextOpening(monday, utc('2026-06-01T00:00'))?.from)).toBe('2026-06-08T00:00');
  });
});

const anyRule: fc.Arbitrary<ScheduleRule> = fc.record({
  type: fc.constant('weekly' as const),
  days: fc.subarray([...WEEKDAYS], { minLength: 1 }),
  start: fc
    .nat(1439)
    .map(
      (m) => `${String(Math.floor(m / 60)).padStart(2, '0')}:${String(m % 60).padStart(2, '0')}`,
    ),
  duration_min: fc.integer({ min: 1, max: 10_080 }),
});
const anySchedule: fc.Arbitrary<Schedule> = fc.record({
  zone: fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'UTC'),
  rule: anyRule,
});
const anyInstant = fc.integer({ min: Date.UTC(2026, 0), max: Date.UTC(2027, 0) });

describe('any schedule', () => {
  it('is open in its opening, and closed at its end', () => {
    return fc.assert(
      fc.property(anySchedule, anyInstant, (schedule, ms) => {
        const open = openNow(schedule, new Date(ms));
        if (open === null) return;
        expect(open.from.getTime()).toBeLessThanOrEqual(ms);
        if (open.until !== null) expect(isInWindow(schedule, open.until)).toBe(false);
      }),
    );
  });

  it('opens when it says that it does next, and not a moment earlier', () => {
    return fc.assert(
      fc.property(anySchedule, anyInstant, (schedule, ms) => {
        const now = new Date(ms);
        const next = nextOpening(schedule, now);
        expect(next === null).toBe(openNow(schedule, now)?.until === null);
        if (next === null) return;
        expect(next.from.getTime()).toBeGreaterThan(ms);
        expect(isInWindow(schedule, next.from)).toBe(true);
        expect(isInWindow(schedule, new Date(next.from.getTime() - 1))).toBe(false);
      }),
    );
  });

  it('is at least as long as it says', () => {
    return fc.assert(
      fc.property(anySchedule, anyInstant, (schedule, ms) => {
        const next = nextOpening(schedule, new Date(ms));
        if (next === null || next.until === null || schedule.rule.type !== 'weekly') return;
        const minutes = (next.until.getTime() - next.from.getTime()) / 60_000;
        expect(minutes).toBeGreaterThanOrEqual(schedule.rule.duration_min);
      }),
    );
  });
});

describe('StatedSchedule', () => {
  const rule = { type: 'weekly', days: ['mon'], start: '02:30', duration_min: 60 };
  it.each([
    ['a zone that there is not', { zone: 'Mars/Olympus', rule }, 'no time zone is called'],
    ['no day', { zone: 'UTC', rule: { ...rule, days: [] } }, 'days'],
    ['an hour that there is not', { zone: 'UTC', rule: { ...rule, start: '24:00' } }, 'HH:MM'],
    ['no length', { zone: 'UTC', rule: { ...rule, duration_min: 0 } }, 'duration_min'],
    ['more than a week', { zone: 'UTC', rule: { ...rule, duration_min: 10_081 } }, 'duration_min'],
    [
      'a day that there is not',
      { zone: 'UTC', rule: { type: 'once', starts: '2026-02-30T10:00', ends: '2026-03-01T10:00' } },
      'there is no such date',
    ],
    [
      'an end before its start',
      { zone: 'UTC', rule: { type: 'once', starts: '2026-03-01T10:00', ends: '2026-03-01T10:00' } },
      'ends must lie after starts',
    ],
  ])('refuses %s', (_, given, says) => {
    const { error } = StatedSchedule.safeParse(given);
    expect(JSON.stringify(error?.issues)).toContain(says);
  });
});
