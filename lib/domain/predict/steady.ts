import type { Horizons, Said } from '../assessment.js';
import { logit, sigmoid } from '../learn/logit.js';

// All three were set on the calibration worlds: a constant pace either missed what fails within half an hour or
// raised three times as many false alarms.

/**
 * A rise of the log odds is followed by two thirds within so many times the time until the failure: what is
 * minutes away has no time to be doubted, and what is hours away has.
 */
const UP: Horizons = { '1h': 0.3, '6h': 1, '24h': 1 };
/** Fewest and most horizons that this takes. */
const FASTEST = 0.02;
const SLOWEST = 1;

/** Horizons in which a fall is followed by two thirds. */
const DOWN = 0.6;

/** A silence of so many horizons makes what was said before worthless. */
const FORGOTTEN = 1;

/** What is said is never surer than this, so that it can be taken back. */
const SUREST = 1e-4;

/** What the pace of following depends on. */
export interface Pace {
  /** The horizon of the level critical, seconds. */
  readonly horizonS: number;
  /** Horizons until the failure, if it comes; infinite where none is in sight. */
  readonly expected: number;
}

/** Follow a probability for as long as has passed, in horizons; a rise at a pace of so many. */
function follow(old: number, fresh: number, passed: number, rise: number): number {
  const from = logit(old, SUREST);
  const to = logit(fresh, SUREST);
  const pace = to > from ? Math.min(SLOWEST, Math.max(FASTEST, rise)) : DOWN;
  return sigmoid(to + (from - to) * Math.exp(-passed / pace));
}

/**
 * What is said now, given what was said before: an exponentially weighted mean of the log odds, so that one odd
 * minute neither raises nor ends an alarm.
 *
 * @param before - of the same component; null for its first assessment
 */
export function steadied(before: Said | null, now: Said, { horizonS, expected }: Pace): Said {
  if (before === null) return now;
  const passed = (now.at - before.at) / (1000 * horizonS);
  if (passed <= 0) return before;
  if (passed > FORGOTTEN) return now;
  const [old, fresh] = [before.horizons, now.horizons];
  const first = follow(old['1h'], fresh['1h'], passed, UP['1h'] * expected);
  const sixth = Math.max(first, follow(old['6h'], fresh['6h'], passed, UP['6h'] * expected));
  const last = Math.max(sixth, follow(old['24h'], fresh['24h'], passed, UP['24h'] * expected));
  return { at: now.at, horizons: { '1h': first, '6h': sixth, '24h': last } };
}
