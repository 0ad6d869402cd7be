import type { Settings } from '../settings.js';
import { MINUTE, SECOND } from '../time.js';
import { OWN_CHANGES, type Situation } from './cause.js';

/** What a state of a component has earned: enough to return to it, not yet enough, or a bad record. */
export type Standing = 'proven' | 'unproven' | 'bad';

/** One state of a component as the ledger knows it: what was live, and what it has earned. */
export interface KnownState {
  /** The platform's id of what was live. */
  readonly deploymentId: string;
  /** What ran, whichever deployment brought it. */
  readonly version: string;
  /** How many copies were wanted; null where nobody had fixed a number. */
  readonly instances: number | null;
  readonly lastSeen: Date;
  readonly healthyMinutes: number;
  /** Incidents that opened while it was live. */
  readonly incidents: number;
  readonly standing: Standing;
}

/** What the standing of a state follows from. */
export interface Earned {
  readonly healthyMinutes: number;
  /** Incidents that were blamed on it. */
  readonly blamed: number;
}

/** Say what a state has earned: one blamed incident spoils it, whatever came before. */
export function standingOf(
  { healthyMinutes, blamed }: Earned,
  { provenMinutes }: Pick<Settings, 'provenMinutes'>,
): Standing {
  if (blamed > 0) return 'bad';
  return healthyMinutes >= provenMinutes ? 'proven' : 'unproven';
}

/** A time between two looks that is longer earns nothing: nobody knows what happened in it. */
const LONGEST_GAP = 60 * MINUTE;

/** What is known of the time between two looks at the same state. */
export interface Between {
  readonly lastSeen: Date;
  readonly now: Date;
  readonly wasHealthy: boolean;
  readonly isHealthy: boolean;
  /** Whether anything but health was seen in between: another state, or an open incident. */
  readonly interrupted: boolean;
}

/** The healthy minutes that a state has earned since the last look. Anything that is not known earns nothing. */
export function earnedMinutes(between: Between): number {
  const { lastSeen, now, wasHealthy, isHealthy, interrupted } = between;
  const gap = now.getTime() - lastSeen.getTime();
  if (!wasHealthy || !isHealthy || interrupted) return 0;
  return gap > 0 && gap <= LONGEST_GAP ? gap / MINUTE : 0;
}

/** An incident as far as its blame goes. */
export interface Blamable {
  readonly situation: Situation;
  readonly openedAt: Date;
  /** Whether a person has said that it was none. */
  readonly isFalseAlarm: boolean;
}

/** Situations whose cause is not what is live: another's fault, or more traffic than it can carry. */
const NOT_ITS_FAULT: readonly Situation[] = ['upstream', 'provider', 'saturation_with_traffic'];

/**
 * Whether an incident is blamed on the state that was live when it opened: one that the diagnosis lays to a
 * change always, any other that is not another's fault when it opened within the time in which changes are
 * suspected.
 */
export function isBlamed(
  { situation, openedAt, isFalseAlarm }: Blamable,
  liveFrom: Date,
  { deploymentBlameS }: Pick<Settings, 'deploymentBlameS'>,
): boolean {
  if (isFalseAlarm || NOT_ITS_FAULT.includes(situation)) return false;
  if (OWN_CHANGES.includes(situation)) return true;
  return openedAt.getTime() - liveFrom.getTime() <= deploymentBlameS * SECOND;
}

/** The incidents that opened while a state was live, and those of them that are blamed on it. */
export function incidentsOf(
  incidents: readonly Blamable[],
  { liveFrom, until }: { readonly liveFrom: Date; readonly until: Date | null },
  settings: Pick<Settings, 'deploymentBlameS'>,
): { incidents: number; blamed: number } {
  const during = incidents.filter(
    ({ openedAt }) => openedAt >= liveFrom && (until === null || openedAt < until),
  );
  const blamed = during.filter((one) => isBlamed(one, liveFrom, settings));
  return { incidents: during.length, blamed: blamed.length };
}

/** The proven state that was seen last, of those that fit; undefined where there is none. */
export function bestProven<T extends KnownState>(
  states: readonly T[],
  fits: (state: T) => boolean = () => true,
): T | undefined {
  return states
    .filter((state) => state.standing === 'proven' && fits(state))
    .toSorted((a, b) => b.lastSeen.getTime() - a.lastSeen.getTime())[0];
}
