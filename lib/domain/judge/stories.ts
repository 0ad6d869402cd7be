import { HOUR, MINUTE } from '../time.js';
import { EARLIEST_HORIZONS } from './alarm-run.js';
import { HORIZONS_H, type Story } from './foretold.js';

/** How long after a failure nothing is judged, at least: its metrics are no sign of the next one. */
const AFTERMATH_MS = HOUR;

/** A failure that comes sooner after the beginning, or after another, is nobody's to predict. */
const SHORTEST_MS = 10 * MINUTE;

/** When a component was watched, milliseconds since the epoch, and how often. */
export interface Watched {
  readonly startedAt: number;
  readonly endedAt: number;
  readonly tickMs: number;
  /**
   * The first instant, from one on, at which it does not fail any more; null when it fails to the end. Absent
   * where failures are instants.
   */
  readonly mendedAt?: (from: number) => number | null;
}

/**
 * Tell a component's failures as stories, one for each failure and one for what follows the last of them.
 *
 * When what led to a failure began is not known of a real one: it counts as begun when the earliest alarm
 * for it may begin, and all time before that as quiet. A failure within an hour of another, or while that
 * lasts, is the same one; one outside of what was watched is no part of any story. What follows the last
 * failure is quiet but for its end: nobody knows yet what would follow there.
 *
 * @param failures - milliseconds since the epoch, in any order
 * @param h - index of the horizon
 */
export function storiesOf(failures: readonly number[], watched: Watched, h: number): Story[] {
  const { endedAt, tickMs, mendedAt = (from) => from } = watched;
  const horizon = (HORIZONS_H[h] ?? 1) * HOUR;
  const stories: Story[] = [];
  let { startedAt } = watched;
  for (const failedAt of failures.toSorted((a, b) => a - b)) {
    if (failedAt <= startedAt || failedAt > endedAt) continue;
    const onsetAt = Math.max(startedAt, failedAt - EARLIEST_HORIZONS * horizon);
    const predictable = failedAt - startedAt >= SHORTEST_MS;
    stories.push({ startedAt, endedAt: failedAt, failedAt, onsetAt, predictable, tickMs });
    startedAt = mendedAt(failedAt + AFTERMATH_MS) ?? Number.POSITIVE_INFINITY;
  }
  const onsetAt = endedAt - horizon;
  if (startedAt >= onsetAt) return stories;
  const rest = { startedAt, endedAt, failedAt: null, onsetAt, predictable: false, tickMs };
  return [...stories, rest];
}
