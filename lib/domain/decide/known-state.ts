import type { Settings } from '../settings.js';
import { MINUTE } from '../time.js';
import { OWN_CHANGES, type Situation } from './cause.js';
import type { SchemaFit } from './schema-changes.js';

/**
 * What a state of a component has earned: enough to return to it, enough but too little at a load like that of now (at
 * a lower one, or at one that nobody measured), not yet enough, or a bad record.
 */
export type Standing = 'proven' | 'proven_light' | 'unproven' | 'bad';

/** Whether a state is good enough to be returned to as a whole, at whatever load that was shown. */
export const isProven = (standing: Standing): boolean =>
  standing === 'proven' || standing === 'proven_light';

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
  /** What the standing rests on, in words: how long it was healthy, and how much of it at comparable load. */
  readonly evidence: string;
  /** Whether it can run with today's schema of the component's database; null where none is named. */
  readonly schema: SchemaFit | null;
}

/** What the standing of a state follows from. */
export interface Earned {
  readonly healthyMinutes: number;
  /** Those of them at a load that is comparable with that of now; all of them where that is not known. */
  readonly comparableMinutes: number;
  /** Incidents that were blamed on it. */
  readonly blamed: number;
}

/** Say what a state has earned: one blamed incident spoils it, whatever came before. */
export function standingOf(
  { healthyMinutes, comparableMinutes, blamed }: Earned,
  { provenMinutes }: Pick<Settings, 'provenMinutes'>,
): Standing {
  if (blamed > 0) return 'bad';
  if (!(healthyMinutes >= provenMinutes)) return 'unproven';
  return comparableMinutes >= provenMinutes ? 'proven' : 'proven_light';
}

/** A longer time in which nobody looked at its health earns nothing: every hour has a look, which may come late. */
const LONGEST_UNWATCHED = 75 * MINUTE;

/** What is known of the time between two looks at the same state. */
export interface Between {
  readonly lastSeen: Date;
  readonly now: Date;
  readonly wasHealthy: boolean;
  readonly isHealthy: boolean;
  /** Whether anything but health was seen in between: another state, or an open incident. */
  readonly interrupted: boolean;
  /** When its health was looked at in between, in any order. */
  readonly checks: readonly Date[];
}

/**
 * The healthy minutes that a state has earned since the last look at what is live, however long ago that was: in a
 * large fleet it may be hours. Anything that is not known earns nothing.
 */
export function earnedMinutes(between: Between): number {
  const { lastSeen, now, wasHealthy, isHealthy, interrupted, checks } = between;
  if (!wasHealthy || !isHealthy || interrupted) return 0;
  const within = checks.filter((at) => at > lastSeen && at < now);
  const looks = [lastSeen, ...within, now].map((at) => at.getTime()).toSorted((a, b) => a - b);
  const unwatched = looks.some((at, i) => at - (looks[i - 1] ?? at) > LONGEST_UNWATCHED);
  return now <= lastSeen || unwatched ? 0 : (now.getTime() - lastSeen.getTime()) / MINUTE;
}

/**
 * Which incidents are blamed on the state that was live when they opened: none that was a false alarm, those of
 * some situations never, of others always, and any other when it opened within the time in which changes are
 * suspected. A rule in data, since incidents are counted where they are kept.
 */
export interface BlameRule {
  /** Situations whose cause is not what is live: another's fault, or more traffic than it can carry. */
  readonly never: readonly Situation[];
  /** Situations that the diagnosis lays to a change. */
  readonly always: readonly Situation[];
  /** How long after it went live a state is blamed for any other, seconds. */
  readonly withinS: number;
}

/** The rule by which incidents are blamed on states. */
export const blameRule = ({ deploymentBlameS }: Pick<Settings, 'deploymentBlameS'>): BlameRule => ({
  never: ['upstream', 'provider', 'saturation_with_traffic'],
  always: OWN_CHANGES,
  withinS: deploymentBlameS,
});

/** The proven state that was seen last, at whatever load; undefined where there is none. */
export function newestProven<T extends KnownState>(states: readonly T[]): T | undefined {
  return states
    .filter(({ standing }) => isProven(standing))
    .toSorted((a, b) => b.lastSeen.getTime() - a.lastSeen.getTime())[0];
}

/**
 * The proven state that was seen last, of those that fit: of those that are proven at comparable load, and only where
 * none is, of the others. Undefined where there is none at all.
 */
export function bestProven<T extends KnownState>(
  states: readonly T[],
  fits: (state: T) => boolean = () => true,
): T | undefined {
  const fitting = states.filter(fits);
  const comparable = fitting.filter(({ standing }) => standing === 'proven');
  return newestProven(comparable) ?? newestProven(fitting);
}
