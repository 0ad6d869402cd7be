import type { Level } from '../../domain/assessment.js';
import type { Tick } from '../../domain/judge/foretold.js';
import type { IncidentChange } from '../../flows/incident-changes.js';
import type { Deed } from '../../flows/replay/deed.js';
import { LEVELS, type Told, toldAt } from '../../flows/replay/told.js';
import type { Ticked } from './run-replay.js';

/** A level that was held for a while. */
export interface Alarm {
  readonly from: Date;
  /** The last tick at which it was held. */
  to: Date;
  /** The gravest while it was held. */
  level: NonNullable<Level>;
  /** Those given when it was raised, or raised further. */
  reasons: readonly string[];
}

/** What a backtest has to say of one component. */
export interface Account {
  readonly componentId: number;
  readonly name: string;
  readonly alarms: Alarm[];
  /** What became of its incidents. */
  readonly changes: { readonly at: Date; readonly change: IncidentChange }[];
  /** What was new when it was decided. */
  readonly deeds: Deed[];
  /** Whether the last alarm was held at the last tick. */
  isHeld: boolean;
  /** First and last tick at which it was known. */
  from: Date | null;
  to: Date | null;
  /** What it said at each tick, where that is to be judged. */
  readonly said: Tick[];
  /** The ticks at which it sent and did not fail, milliseconds since the epoch; where that is to be judged. */
  readonly sound: number[];
}

/** Begin the account of a component. */
export function newAccount(componentId: number, name: string): Account {
  return {
    componentId,
    name,
    alarms: [],
    changes: [],
    deeds: [],
    isHeld: false,
    from: null,
    to: null,
    said: [],
    sound: [],
  };
}

/**
 * Note what a block of ticks has come to for one component.
 *
 * @param isJudged - whether what it said is kept, to be judged
 */
export function note(
  account: Account,
  told: Told,
  ticks: readonly Ticked[],
  isJudged: boolean,
): void {
  noteChanges(account, ticks);
  for (const { now, place, deeds } of ticks) {
    if ((told.state[place] ?? 0) === 0) continue;
    account.from ??= now;
    account.to = now;
    noteAlarm(account, told, place, now);
    if (isJudged) noteSaid(account, told, place, now);
    account.deeds.push(...newsOf(account, deeds));
  }
}

function noteChanges({ componentId, changes }: Account, ticks: readonly Ticked[]): void {
  for (const { now, changes: all } of ticks) {
    for (const one of all) {
      if (one.componentId === componentId) changes.push({ at: now, change: one.change });
    }
  }
}

const newsOf = ({ componentId }: Account, deeds: readonly Deed[]): Deed[] =>
  deeds.filter((deed) => deed.componentId === componentId && deed.isNews);

function noteAlarm(account: Account, told: Told, place: number, now: Date): void {
  const { alarms, isHeld } = account;
  const rank = told.raised[place] ?? 0;
  const level = LEVELS[rank] ?? null;
  account.isHeld = level !== null;
  if (level === null) return;
  const last = alarms.at(-1);
  if (last === undefined || !isHeld) {
    alarms.push({ from: now, to: now, level, reasons: toldAt(told, place)?.reasons ?? [] });
    return;
  }
  last.to = now;
  if (rank <= LEVELS.indexOf(last.level)) return;
  last.level = level;
  last.reasons = toldAt(told, place)?.reasons ?? [];
}

function noteSaid({ said, sound }: Account, told: Told, place: number, now: Date): void {
  const tick = toldAt(told, place);
  const at = now.getTime();
  if (tick?.state === 'healthy' || tick?.state === 'degraded') sound.push(at);
  if (tick === null || tick.within === null) return;
  said.push({ at, within: tick.within, likelyS: tick.timeToFailureS?.[1] ?? null });
}
