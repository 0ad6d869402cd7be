import { HOUR, MINUTE } from '../time.js';
import { HORIZONS_H, type Story, TICK_MS, type Tick } from './foretold.js';

/** Probability from which a tick is an alarm. */
export const THETA = 0.5;

/** Gaps up to here, or to the next tick, do not end an alarm. */
const JOINED_MS = 30 * MINUTE;

/** A warning later than this before the failure helps nobody. */
const LATEST_MS = 5 * MINUTE;

/** An alarm may begin at most this many horizons before the failure. */
export const EARLIEST_HORIZONS = 4;

/** An alarm from its first tick to its last. */
export interface Run {
  readonly from: number;
  readonly to: number;
}

/** What an alarm turned out to be. */
export type Verdict = 'true' | 'early' | 'late' | 'false';

/** Join the ticks at which a horizon's probability raises an alarm into runs. */
export function alarmRuns(ticks: readonly Tick[], horizon: number, tickMs = TICK_MS): Run[] {
  const joinedMs = Math.max(JOINED_MS, tickMs);
  const runs: { from: number; to: number }[] = [];
  for (const { at, within } of ticks) {
    if ((within[horizon] ?? 0) < THETA) continue;
    const last = runs.at(-1);
    if (last !== undefined && at - last.to <= joinedMs) last.to = at;
    else runs.push({ from: at, to: at });
  }
  return runs;
}

/**
 * Judge one alarm: true when it is active within the horizon before the failure, begun at least five
 * minutes and at most four horizons before it, and not before its onset; early or late outside of that;
 * false where nothing failed within its reach.
 */
export function judgeRun(
  { from, to }: Run,
  { failedAt, onsetAt, tickMs = TICK_MS }: Pick<Story, 'failedAt' | 'onsetAt' | 'tickMs'>,
  horizonH: number,
): Verdict {
  if (failedAt === null || onsetAt === null) return 'false';
  const horizon = horizonH * HOUR;
  // A run that is active at the last tick before the failure is active until it.
  const active = to + tickMs >= failedAt - horizon;
  if (!active || to < onsetAt) return 'false';
  if (from > failedAt - LATEST_MS) return 'late';
  return from < failedAt - EARLIEST_HORIZONS * horizon ? 'early' : 'true';
}

/** An alarm, and what it turned out to be. */
export interface JudgedRun extends Run {
  readonly verdict: Verdict;
}

/** Every alarm that ticks make at a horizon, judged, oldest first. @param h - index of the horizon */
export function judgedRuns(ticks: readonly Tick[], story: Story, h: number): JudgedRun[] {
  return alarmRuns(ticks, h, story.tickMs).map((run) => ({
    ...run,
    verdict: judgeRun(run, story, HORIZONS_H[h] ?? 1),
  }));
}
