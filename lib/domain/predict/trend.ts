import { mannKendall } from './mann-kendall.js';
import { median } from './robust.js';
import { type Line, theilSen } from './theil-sen.js';
import type { View } from './view.js';

/** The line through the last points of a view, and how sure its direction is. */
export interface Trend extends Line {
  readonly view: View;
  /** Points. */
  readonly length: number;
  /** Seconds from the first of them to the last. */
  readonly spanS: number;
  /** Standard score of the Mann–Kendall test. */
  readonly z: number;
  /** Kendall's tau, −1 to 1. */
  readonly tau: number;
  /** Median of the last three points, in the view's unit. */
  readonly level: number;
  /** Seconds from the present to the middle one of those three; negative. */
  readonly levelAt: number;
}

/**
 * Lengths of the trends that are looked at, in points: short ones see a fast failure in time, long
 * ones a slow one surely. Each is at least a quarter longer than the one before: two of nearly the
 * same points would agree with each other and mean nothing.
 */
const LADDER = [10, 20, 40, 80, 160] as const;
/** Below this many points, the second opinion is the last two thirds of them. */
const SHORT = 13;

/** The lengths to look at in a stretch of `points` points, increasing; none below five points. */
export function lengths(points: number): number[] {
  if (points < 5) return [];
  const ladder = LADDER.filter((length) => length <= points / 1.25);
  const second = points < SHORT && ladder.length === 0 ? [Math.ceil((2 * points) / 3)] : ladder;
  return [...second, points];
}

/** The trend of a view's last `length` points; null when they do not differ in time. */
export function trend(view: View, length: number): Trend | null {
  const t = view.t.slice(-length);
  const line = theilSen(t, view.x.slice(-length));
  if (line === null) return null;
  const { z, tau } = mannKendall(view.raw.slice(-length));
  return {
    ...line,
    view,
    length,
    spanS: (t.at(-1) ?? 0) - (t[0] ?? 0),
    z,
    tau,
    level: median(view.x.slice(-3)),
    levelAt: median(t.slice(-3)),
  };
}
