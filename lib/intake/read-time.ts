import * as z from 'zod';
import { DAY, MINUTE } from '../domain/time.js';
import { type Reading, read, refuse } from './rejection.js';

/** Which instants are believed. */
export interface TimeBounds {
  readonly now: Date;
  /** Milliseconds after now; clocks differ. */
  readonly maxAheadMs: number;
  /** Milliseconds before now. */
  readonly maxAgeMs: number;
}

/** Five minutes is what clocks that nobody sets drift apart; raw samples are kept for seven days. */
export const DEFAULT_TIME_BOUNDS = { maxAheadMs: 5 * MINUTE, maxAgeMs: 7 * DAY } as const;

/**
 * Numbers from here on are milliseconds, those below seconds: as seconds it is the year 5138, as
 * milliseconds 1973, and neither is the other's present.
 */
const FIRST_MS = 1e11;

const Iso = z.iso.datetime({ offset: true });

/**
 * Milliseconds since the epoch of ISO 8601 with a zone, or of a Unix time in seconds or milliseconds; NaN for
 * anything else.
 */
export function millisOf(value: unknown): number {
  if (typeof value === 'number') {
    return Math.round(Math.abs(value) >= FIRST_MS ? value : value * 1000);
  }
  return Iso.safeParse(value).success ? Date.parse(String(value)) : Number.NaN;
}

/**
 * Read the instant of a sample: ISO 8601 with a zone, or a Unix time in seconds or milliseconds.
 *
 * Absent or null is now.
 */
export function readTime(value: unknown, { now, maxAheadMs, maxAgeMs }: TimeBounds): Reading<Date> {
  if (value === undefined || value === null) return read(now);
  const at = new Date(millisOf(value));
  const ageMs = now.getTime() - at.getTime();
  if (Number.isNaN(ageMs)) {
    return refuse(
      'bad_time',
      'at must be ISO 8601 with a zone, such as 2026-01-15T10:02:30Z, or a Unix time',
    );
  }
  if (-ageMs > maxAheadMs) {
    return refuse('in_future', `${at.toISOString()} is more than ${maxAheadMs / MINUTE} min ahead`);
  }
  if (ageMs > maxAgeMs) {
    return refuse('too_old', `${at.toISOString()} is more than ${maxAgeMs / DAY} days ago`);
  }
  return read(at);
}
