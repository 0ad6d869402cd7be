import { DAY } from '../../time.js';
import { isZone } from '../../zone-time.js';
import {
  type Opening,
  onceOnWall,
  openingAt,
  type Schedule,
  type Span,
  weeklyOnWall,
} from './schedule.js';

/** No wall is more than 14 h from UTC; and an opening is at most a day longer than it says. */
const SLACK_MS = DAY;

/** A week, the longest opening, and a day on either side. */
const LOOK_DAYS = 16;

/** A weekly window that is open for longer than this at a stretch is always open. */
const ENDLESS_MS = 8 * DAY;

/** Spans in their order, those that are over by `now` left out, up to `LOOK_DAYS` ahead. */
function* spansFrom({ zone, rule }: Schedule, now: number): Generator<Span> {
  if (!isZone(zone)) throw new RangeError(`no time zone is called ${zone}`);
  if (!Number.isFinite(now)) throw new RangeError('now is no instant');
  const isOver = (startWall: number, lengthMs: number) => startWall + lengthMs + 2 * SLACK_MS < now;
  if (rule.type === 'once') {
    const { startWall, lengthMs } = onceOnWall(rule);
    if (!isOver(startWall, lengthMs)) yield openingAt(startWall, lengthMs, zone);
    return;
  }
  const today = Math.floor(now / DAY);
  for (let day = today - LOOK_DAYS; day <= today + LOOK_DAYS; day += 1) {
    const onWall = weeklyOnWall(rule, day);
    if (onWall !== null && !isOver(onWall.startWall, onWall.lengthMs)) {
      yield openingAt(onWall.startWall, onWall.lengthMs, zone);
    }
  }
}

/**
 * The first stretch that is not over by `from`: openings that touch or overlap are one.
 */
function stretchFrom(schedule: Schedule, from: number): { from: number; until: number } | null {
  let stretch: { from: number; until: number } | null = null;
  for (const span of spansFrom(schedule, from)) {
    const [start, end] = [span.from.getTime(), span.until.getTime()];
    if (stretch === null) {
      if (end > from) stretch = { from: start, until: end };
    } else if (start > stretch.until) {
      break;
    } else {
      stretch = { from: stretch.from, until: Math.max(stretch.until, end) };
    }
  }
  return stretch;
}

function opening(schedule: Schedule, stretch: { from: number; until: number }): Opening {
  const isEndless = schedule.rule.type === 'weekly' && stretch.until - stretch.from > ENDLESS_MS;
  return { from: new Date(stretch.from), until: isEndless ? null : new Date(stretch.until) };
}

/**
 * The opening of a maintenance window that covers an instant, or null.
 *
 * @throws {RangeError} when it cannot be evaluated: whoever asks must take it for open
 */
export function openNow(schedule: Schedule, now: Date): Opening | null {
  const stretch = stretchFrom(schedule, now.getTime());
  return stretch === null || stretch.from > now.getTime() ? null : opening(schedule, stretch);
}

/** Whether a maintenance window is open at an instant. @throws {RangeError} as {@link openNow} */
export function isInWindow(schedule: Schedule, now: Date): boolean {
  return openNow(schedule, now) !== null;
}

/**
 * The next time that a maintenance window opens, after the opening that covers `now` if there is one;
 * null where it never opens again, or never closes.
 *
 * @throws {RangeError} as {@link openNow}
 */
export function nextOpening(schedule: Schedule, now: Date): Opening | null {
  const current = openNow(schedule, now);
  if (current !== null && current.until === null) return null;
  const next = stretchFrom(schedule, current?.until?.getTime() ?? now.getTime());
  return next === null ? null : opening(schedule, next);
}
