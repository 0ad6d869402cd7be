import type { Level } from '../assessment.js';
import { HOUR, MINUTE, SECOND } from '../time.js';
import { covers } from './alarms.js';
import type { Horizon } from './calibration.js';
import { HORIZON_FACTOR } from './examples.js';

/** A failure, and the rows of alarms of its component before it. */
export interface Failure {
  readonly failedAt: Date;
  /** Length of the nearest horizon then, seconds. */
  readonly horizonS: number;
  readonly alarms: readonly { readonly at: Date; readonly level: Level }[];
}

/** Rows of one alarm lie an hour apart: a row is believed for that long. */
const ROW_MS = HOUR;
const JOINED_MS = HOUR + 30 * MINUTE;
/** A warning that comes later helps nobody: a twelfth of an hour's horizon, as the benchmark has it. */
const LATEST_SHARE = 1 / 12;

/**
 * How long before a failure the alarm began that was there within the horizon before it, seconds.
 *
 * @returns null where there was none, or none before the last twelfth of the nearest horizon
 */
export function leadBefore(
  { failedAt, horizonS, alarms }: Failure,
  horizon: Horizon,
): number | null {
  const failed = failedAt.getTime();
  const nearestMs = horizonS * SECOND;
  const times = alarms
    .filter(({ level }) => covers(horizon, level))
    .map(({ at }) => at.getTime())
    .filter((at) => at <= failed - LATEST_SHARE * nearestMs)
    .sort((a, b) => b - a);
  const [last] = times;
  const reach = HORIZON_FACTOR[horizon] * nearestMs + ROW_MS;
  if (last === undefined || failed - last > reach) return null;
  let began = last;
  for (const at of times) {
    if (began - at > JOINED_MS) break;
    began = at;
  }
  return (failed - began) / SECOND;
}
