import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  firstInstantAt,
  isZone,
  lastInstantAt,
  wallMs,
  wallText,
  Zone,
} from '../../lib/domain/zone-time.js';

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'Africa/Casablanca',
  'Etc/GMT+5',
] as const;

const wall = (text: string): number => Date.parse(`${text}Z`);
const utc = (text: string): Date => new Date(`${text}Z`);

describe('isZone', () => {
  it.each(ZONES)('knows %s', (zone) => {
    expect(isZone(zone)).toBe(true);
  });

  it.each(['', 'Europe/Berln', '+02:00', 'UTC+2', '../etc/passwd', 'Europe/Berlin ', 'CEST'])(
    'does not take %j for one',
    (zone) => {
      expect(isZone(zone)).toBe(false);
    },
  );

  it('says in an error which name is wrong, and what a right one looks like', () => {
    expect(Zone.safeParse('Europe/Berln').error?.issues[0]?.message).toBe(
      'no time zone is called Europe/Berln: names are those of the IANA database, such as Europe/Berlin',
    );
  });
});

describe('wallMs', () => {
  it.each([
    ['Europe/Berlin', '2026-03-29T00:59:59', '2026-03-29T01:59:59'],
    ['Europe/Berlin', '2026-03-29T01:00:00', '2026-03-29T03:00:00'],
    ['America/New_York', '2026-11-01T06:00:00', '2026-11-01T01:00:00'],
    ['Australia/Lord_Howe', '2026-10-03T15:30:00', '2026-10-04T02:30:00'],
    ['Asia/Kathmandu', '2026-01-01T00:00:00', '2026-01-01T05:45:00'],
    ['UTC', '1969-12-31T23:59:59', '1969-12-31T23:59:59'],
  ])('in %s shows at %sZ %s', (zone, at, shown) => {
    expect(wallMs(utc(at), zone)).toBe(wall(shown));
  });

  it('keeps milliseconds, before 1970 too', () => {
    expect(wallMs(new Date(-1), 'UTC')).toBe(-1);
    expect(wallMs(new Date(1), 'UTC')).toBe(1);
  });

  it('throws for what is no zone, and what is no instant', () => {
    expect(() => wallMs(new Date(0), 'Nowhere/Land')).toThrow(RangeError);
    expect(() => wallMs(new Date(Number.NaN), 'UTC')).toThrow(RangeError);
  });
});

describe('firstInstantAt and lastInstantAt', () => {
  it.each([
    ['an ordinary time', 'Europe/Berlin', '2026-06-01T02:30', '00:30:00', '00:30:00'],
    ['the hour that is not there', 'Europe/Berlin', '2026-03-29T02:30', '01:00:00', '01:30:00'],
    ['its first instant', 'Europe/Berlin', '2026-03-29T02:00', '01:00:00', '01:00:00'],
    ['the hour that is there twice', 'Europe/Berlin', '2026-10-25T02:30', '00:30:00', '01:30:00'],
    ['no such hour', 'America/New_York', '2026-03-08T02:30', '07:00:00', '07:30:00'],
    ['an hour twice', 'America/New_York', '2026-11-01T01:30', '05:30:00', '06:30:00'],
    ['half an hour missing', 'Australia/Lord_Howe', '2026-10-04T02:15', '15:30:00', '15:45:00'],
    ['half an hour twice', 'Australia/Lord_Howe', '2026-04-05T01:45', '14:45:00', '15:15:00'],
  ])('know %s in %s at %s', (_, zone, shown, first, last) => {
    const time = (at: Date) => at.toISOString().slice(11, 19);
    expect(time(firstInstantAt(wall(`${shown}:00`), zone))).toBe(first);
    expect(time(lastInstantAt(wall(`${shown}:00`), zone))).toBe(last);
  });

  it('know the day that Samoa left out', () => {
    const noon = wall('2011-12-30T12:00:00');
    expect(firstInstantAt(noon, 'Pacific/Apia')).toEqual(utc('2011-12-30T10:00:00'));
    expect(lastInstantAt(noon, 'Pacific/Apia')).toEqual(utc('2011-12-30T22:00:00'));
  });

  it('find each instant again by what the wall shows then', () => {
    const anyInstant = fc.integer({ min: Date.UTC(2005, 0), max: Date.UTC(2035, 0) });
    return fc.assert(
      fc.property(anyInstant, fc.constantFrom(...ZONES), (ms, zone) => {
        const shown = wallMs(new Date(ms), zone);
        const [first, last] = [firstInstantAt(shown, zone), lastInstantAt(shown, zone)];
        expect([first.getTime(), last.getTime()]).toContain(ms);
        expect(first.getTime()).toBeLessThanOrEqual(last.getTime());
      }),
    );
  });

  it('never go back while the wall goes on', () => {
    const anyWall = fc.integer({ min: Date.UTC(2005, 0), max: Date.UTC(2035, 0) });
    return fc.assert(
      fc.property(anyWall, fc.nat(90 * 60_000), fc.constantFrom(...ZONES), (ms, later, zone) => {
        for (const find of [firstInstantAt, lastInstantAt]) {
          expect(find(ms + later, zone).getTime()).toBeGreaterThanOrEqual(find(ms, zone).getTime());
        }
      }),
    );
  });

  it('throw for what is no time', () => {
    expect(() => firstInstantAt(Number.NaN, 'UTC')).toThrow(RangeError);
    expect(() => lastInstantAt(Number.NaN, 'Europe/Berlin')).toThrow(RangeError);
  });
});

describe('wallText', () => {
  it('is written for a person', () => {
    expect(wallText(wall('2026-03-29T03:00:00'))).toBe('2026-03-29 03:00');
    expect(wallText(Number.NaN)).toBe('an unknown time');
  });
});
