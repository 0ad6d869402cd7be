import { steps } from '../predict/robust.js';
import type { Settings } from '../settings.js';
import type { Series, Window } from '../window.js';
import { middleOf } from './middle.js';

/** How much of the present a window shows. */
export interface Freshness {
  /** Age of the newest sample, seconds, at least 0; null without any. */
  readonly ageS: number | null;
  /** Share of the samples expected in the last ten cadences that are there, 0 to 1. */
  readonly share: number;
  /** Whether both are good enough to judge by. */
  readonly isFresh: boolean;
}

/**
 * Cadences before the newest sample in which samples are counted: with 0.8 expected, two may be
 * lost.
 */
const COUNTED = 10;

/** Distinct points of the folded window in its last ten cadences, the newest included. */
function recentPoints(window: Window, lastAt: number): number {
  const from = lastAt - (COUNTED - 0.5) * window.cadenceS * 1000;
  const counts = Object.values(window.series).map(({ at }) => countAfter(at, from));
  return Math.max(0, ...counts);
}

/** How many instants lie after another; they are in order, and few do. */
function countAfter(at: readonly number[], from: number): number {
  let first = at.length;
  while ((at[first - 1] ?? Number.NEGATIVE_INFINITY) > from) first -= 1;
  return at.length - first;
}

function expectedSince({ firstAt, resetAt }: Window, lastAt: Date): Date {
  const first = firstAt ?? lastAt;
  return resetAt != null && resetAt > first ? resetAt : first;
}

/**
 * Whether a window shows the present: its newest sample is no older than `freshIntervals` cadences,
 * and at least `freshShare` of the samples expected in the last ten cadences are there.
 *
 * A component younger than that is expected to have sent since its first sample only, and one whose
 * window began anew since then. A sample from the future, within what ingest lets pass, has age 0.
 */
export function freshness(window: Window, settings: Settings, now: Date): Freshness {
  const { lastAt, cadenceS } = window;
  if (lastAt === null) return { ageS: null, share: 0, isFresh: false };
  const ageS = Math.max(0, (now.getTime() - lastAt.getTime()) / 1000);
  const first = expectedSince(window, lastAt);
  const lived = (lastAt.getTime() - first.getTime()) / (1000 * cadenceS);
  const expected = Math.min(COUNTED, Math.floor(Math.max(0, lived)) + 1);
  const share = Math.min(1, recentPoints(window, lastAt.getTime()) / expected);
  const isFresh = ageS <= settings.freshIntervals * cadenceS && share >= settings.freshShare;
  return { ageS, share, isFresh };
}

/**
 * Whether a metric is still sent: its newest point is no older, beside the window's, than its own
 * gaps allow.
 */
function isCurrent(series: Series, window: Window, settings: Settings): boolean {
  const last = series.at.at(-1);
  if (last === undefined || window.lastAt === null) return false;
  // Most metrics came with the newest sample: their gaps need not be measured.
  if (last === window.lastAt.getTime()) return true;
  const own = series.at.length < 2 ? 0 : middleOf(steps(series.at)) / 1000;
  const gapS = Math.max(window.cadenceS, own);
  return window.lastAt.getTime() - last <= settings.freshIntervals * gapS * 1000;
}

/**
 * The metrics of a window that are still sent: one that has stopped says nothing of the present.
 */
export function currentSeries(
  window: Window,
  settings: Settings,
): Readonly<Record<string, Series>> {
  return Object.fromEntries(
    Object.entries(window.series).filter(([, series]) => isCurrent(series, window, settings)),
  );
}
