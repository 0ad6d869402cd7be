import * as z from 'zod';
import { DAY, MINUTE } from '../../time.js';
import { firstInstantAt, lastInstantAt, Zone } from '../../zone-time.js';

/** The days of the week, as `getUTCDay` counts them. */
export const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

/** A week: one that is longer would cover itself. */
const MOST_MIN = 7 * 24 * 60;

/** A time of day on the wall. */
export const WallTime = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day is written HH:MM, from 00:00 to 23:59');

/** A date and time without a zone, as milliseconds on the wall; null where there is no such date. */
function wallOf(text: string): number | null {
  const wall = Date.parse(`${text}:00.000Z`);
  return !Number.isNaN(wall) && new Date(wall).toISOString().startsWith(text) ? wall : null;
}

const WallInstant = z
  .string()
  .regex(/^2\d{3}-\d{2}-\d{2}T\d{2}:\d{2}$/, 'a local date and time is written 2026-12-24T18:00')
  .refine((text) => wallOf(text) !== null, 'there is no such date');

/** When a maintenance window is open, on the clock of its zone. */
export const ScheduleRule = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('weekly'),
    days: z.array(z.enum(WEEKDAYS)).min(1).max(7),
    start: WallTime,
    duration_min: z.number().int().min(1).max(MOST_MIN),
  }),
  z.strictObject({ type: z.literal('once'), starts: WallInstant, ends: WallInstant }),
]);
export type ScheduleRule = z.infer<typeof ScheduleRule>;

/** A rule with the zone whose clock it means. */
export interface Schedule {
  readonly zone: string;
  readonly rule: ScheduleRule;
}

/** One time that a window is open. */
export interface Opening {
  readonly from: Date;
  /** The first instant at which it is closed again; null for one that never closes. */
  readonly until: Date | null;
}

/** A schedule as a person states it: one that opens at least once. */
export const StatedSchedule = z
  .object({ zone: Zone, rule: ScheduleRule })
  .refine(({ rule }) => rule.type === 'weekly' || rule.ends > rule.starts, {
    error: 'ends must lie after starts',
    path: ['rule', 'ends'],
  });

/** One opening with a known end. */
export interface Span {
  readonly from: Date;
  readonly until: Date;
}

/**
 * The opening that starts at a time on the wall.
 *
 * It is never shorter than it says, neither by the clock on the wall nor by the time that passes: where
 * the clock jumps over its start it begins at the jump and lasts as long as ever; where its start or end
 * is there twice, it lasts from the first to the second.
 *
 * @throws {RangeError} for a zone that is unknown
 */
export function openingAt(startWall: number, lengthMs: number, zone: string): Span {
  const from = firstInstantAt(startWall, zone);
  const byWall = lastInstantAt(startWall + lengthMs, zone).getTime();
  return { from, until: new Date(Math.max(byWall, from.getTime() + lengthMs)) };
}

/** When a one-off rule begins on the wall, and how long it is there, in milliseconds. */
export function onceOnWall({ starts, ends }: Extract<ScheduleRule, { type: 'once' }>) {
  const startWall = wallOf(starts) ?? Number.NaN;
  return { startWall, lengthMs: (wallOf(ends) ?? Number.NaN) - startWall };
}

/** When a weekly rule begins on a day on the wall, counted from 1970; null where it does not. */
export function weeklyOnWall(
  { days, start, duration_min }: Extract<ScheduleRule, { type: 'weekly' }>,
  day: number,
) {
  const weekday = WEEKDAYS[new Date(day * DAY).getUTCDay()];
  if (weekday === undefined || !days.includes(weekday)) return null;
  const [hours = Number.NaN, minutes = Number.NaN] = start.split(':').map(Number);
  const startWall = day * DAY + (hours * 60 + minutes) * MINUTE;
  return { startWall, lengthMs: duration_min * MINUTE };
}
