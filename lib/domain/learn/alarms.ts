import type { Level } from '../assessment.js';
import { HOUR, MINUTE } from '../time.js';
import type { Horizon } from './calibration.js';
import type { Outcome } from './outcome.js';

/** A kept row of an alarm, and what came of it. */
export interface AlarmRow extends Pick<Outcome, 'component' | 'at' | 'labels' | 'acted'> {
  readonly level: Level;
}

/** What an alarm turned out to be. */
export interface AlarmSums {
  /** Nothing was done, and it failed, or did not, within the horizon. */
  readonly true_alarms: number;
  readonly false_alarms: number;
  /** An action of ours began before: what would have come without it, nobody knows. */
  readonly acted_on: number;
  /** Of those, failed all the same. */
  readonly acted_on_and_failed: number;
  /** Not seen to the end. */
  readonly unknown: number;
}

/** Rows of one alarm lie an hour apart; half an hour more ends it. */
const JOINED_MS = HOUR + 30 * MINUTE;

const COVERS: Readonly<Record<Horizon, ReadonlySet<Level>>> = {
  '1h': new Set<Level>(['critical']),
  '6h': new Set<Level>(['critical', 'high']),
  '24h': new Set<Level>(['critical', 'high', 'medium']),
};

/** Whether an alarm of a level is one within a horizon: critical within each, medium within the farthest. */
export function covers(horizon: Horizon, level: Level): boolean {
  return COVERS[horizon].has(level);
}

/** The rows of each alarm: those of one component that follow each other within an hour and a half. */
export function alarmsAt(rows: readonly AlarmRow[], horizon: Horizon): AlarmRow[][] {
  const open = new Map<string, AlarmRow[]>();
  const alarms: AlarmRow[][] = [];
  const inTime = rows
    .filter(({ level }) => covers(horizon, level))
    .toSorted((a, b) => a.at.getTime() - b.at.getTime());
  for (const row of inTime) {
    const before = open.get(row.component);
    const last = before?.at(-1);
    if (before !== undefined && last !== undefined && +row.at - +last.at <= JOINED_MS) {
      before.push(row);
    } else {
      const alarm = [row];
      open.set(row.component, alarm);
      alarms.push(alarm);
    }
  }
  return alarms;
}

/** What one alarm turned out to be within a horizon, as the key under which it is counted. */
export function verdictOfAlarm(
  alarm: readonly AlarmRow[],
  horizon: Horizon,
): Exclude<keyof AlarmSums, 'acted_on'> | 'acted_on_and_survived' {
  const failed = alarm.filter(({ labels }) => labels[horizon] === 1);
  if (failed.some(({ acted }) => !acted[horizon])) return 'true_alarms';
  if (failed.length > 0) return 'acted_on_and_failed';
  if (alarm.some(({ acted }) => acted[horizon])) return 'acted_on_and_survived';
  return alarm.some(({ labels }) => labels[horizon] === null) ? 'unknown' : 'false_alarms';
}

/** Count alarms, not the rows they are kept in, by what they turned out to be within a horizon. */
export function countAlarms(rows: readonly AlarmRow[], horizon: Horizon): AlarmSums {
  const verdicts = alarmsAt(rows, horizon).map((alarm) => verdictOfAlarm(alarm, horizon));
  const count = (wanted: (typeof verdicts)[number]): number =>
    verdicts.filter((verdict) => verdict === wanted).length;
  return {
    true_alarms: count('true_alarms'),
    false_alarms: count('false_alarms'),
    acted_on: count('acted_on_and_failed') + count('acted_on_and_survived'),
    acted_on_and_failed: count('acted_on_and_failed'),
    unknown: count('unknown'),
  };
}
