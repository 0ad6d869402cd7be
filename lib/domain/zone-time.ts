import * as z from 'zod';
import { DAY, SECOND } from './time.js';

const NAME = /^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/;

/** Making one takes 140 µs, using it 6 µs (Node 20); there are some 600 zones at most. */
const clocks = new Map<string, Intl.DateTimeFormat>();

/** @throws {RangeError} for a zone that the runtime's IANA database does not have */
function clockOf(zone: string): Intl.DateTimeFormat {
  const known = clocks.get(zone);
  if (known !== undefined) return known;
  if (!NAME.test(zone)) throw new RangeError(`no time zone is called ${zone}`);
  const clock = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  clocks.set(zone, clock);
  return clock;
}

/** Whether the runtime's IANA database has a zone; an offset such as `+02:00` is none. */
export function isZone(name: string): boolean {
  try {
    clockOf(name);
    return true;
  } catch {
    return false;
  }
}

/** The name of a zone in the IANA database. */
export const Zone = z
  .string()
  .max(64)
  .refine(isZone, {
    error: ({ input }) =>
      `no time zone is called ${input}: names are those of the IANA database, such as Europe/Berlin`,
  });

/**
 * What the clock on the wall shows, as milliseconds since 1970 on that wall: a number to count with, not
 * an instant.
 *
 * @throws {RangeError} for an unknown zone, or an instant that is none
 */
export function wallMs(at: Date, zone: string): number {
  const part: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of clockOf(zone).formatToParts(at)) part[type] = Number(value);
  const { year = Number.NaN, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  const millis = ((at.getTime() % SECOND) + SECOND) % SECOND;
  return Date.UTC(year, month - 1, day, hour, minute, second, millis);
}

const offsetMs = (at: number, zone: string): number => wallMs(new Date(at), zone) - at;

/** The instants at which the wall shows this: two in an hour that is there twice, none in one that is not. */
function instantsAt(
  wall: number,
  zone: string,
): { found: number[]; before: number; after: number } {
  // No zone is more than 14 h from UTC, and none changes twice within two days.
  const [before, after] = [offsetMs(wall - DAY, zone), offsetMs(wall + DAY, zone)];
  const found = [wall - before, wall - after].filter((at) => at + offsetMs(at, zone) === wall);
  return { found, before, after };
}

/**
 * The first instant at which the wall shows this, or has gone past it: where the clock jumps over it,
 * the instant of the jump.
 *
 * @param wall - milliseconds on the wall, as {@link wallMs} counts them
 * @throws {RangeError} for an unknown zone, or a time that is none
 */
export function firstInstantAt(wall: number, zone: string): Date {
  const { found, before, after } = instantsAt(wall, zone);
  if (found.length > 0) return new Date(Math.min(...found));
  let [low, high] = [wall - after, wall - before];
  if (!(low < high)) throw new RangeError(`${wallText(wall)} cannot be found in ${zone}`);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetMs(middle, zone) === after) high = middle;
    else low = middle;
  }
  return new Date(high);
}

/**
 * The last instant at which the wall shows this: where the clock jumps over it, when it would have shown
 * it without the jump.
 *
 * @param wall - milliseconds on the wall, as {@link wallMs} counts them
 * @throws {RangeError} for an unknown zone, or a time that is none
 */
export function lastInstantAt(wall: number, zone: string): Date {
  const { found, before, after } = instantsAt(wall, zone);
  if (found.length > 0) return new Date(Math.max(...found));
  if (!(before < after)) throw new RangeError(`${wallText(wall)} cannot be found in ${zone}`);
  return new Date(wall - before);
}

/** What the wall shows, for a person: `2026-03-29 03:00`. */
export function wallText(wall: number): string {
  if (!Number.isFinite(wall)) return 'an unknown time';
  return new Date(wall).toISOString().slice(0, 16).replace('T', ' ');
}
