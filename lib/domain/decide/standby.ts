import type { PlatformRef } from '../component.js';
import type { Settings } from '../settings.js';
import { durationText } from './duration-text.js';

/** What is known of the component that is to take another's place. */
export interface StandbyFact {
  readonly name: string;
  readonly isRegistered: boolean;
  /** Its state at its last assessment; null where there was none. */
  readonly state: string | null;
  readonly assessedAt: Date | null;
  readonly hasHealthUrl: boolean;
  /** Failed probes of its health URL in a row. */
  readonly failedProbes: number;
  readonly hasIncident: boolean;
  /** Where the newest failover of the one whose place it takes has led; null where there never was one. */
  readonly servedBy: string | null;
}

/** A standby as it is now. */
export interface StandbyNow {
  readonly name: string;
  readonly isReady: boolean;
  /** Why, in words that begin with its name. */
  readonly why: string;
}

/** Intervals after which what was seen of a standby counts no more. */
const STALE = 3;

/**
 * Say whether a standby can take over: it is registered, has no incident, was looked at lately, and either is
 * healthy by its samples or, where it is idle and sends none, answers at its health URL. Traffic that was sent to
 * it already is not sent there again.
 */
export function standbyNow(fact: StandbyFact, { intervalS }: Settings, now: Date): StandbyNow {
  const { name } = fact;
  const against = obstacle(fact, STALE * intervalS, now);
  if (against !== null) return { name, isReady: false, why: `${name} ${against}` };
  const how = fact.state === 'healthy' ? 'is healthy' : 'is idle, and its health URL answers';
  return { name, isReady: true, why: `${name} ${how}` };
}

function obstacle(fact: StandbyFact, staleS: number, now: Date): string | null {
  if (!fact.isRegistered) return 'is not registered';
  if (fact.servedBy === fact.name) return 'serves already: the last failover led to it';
  if (fact.hasIncident) return 'has an open incident';
  if (fact.failedProbes > 0) return `has not answered ${fact.failedProbes} probes in a row`;
  if (fact.assessedAt === null) return 'was never looked at';
  const ageS = (now.getTime() - fact.assessedAt.getTime()) / 1000;
  if (!(ageS <= staleS)) return `was last looked at ${durationText(ageS)} ago`;
  const isIdle = fact.state === 'unknown' && fact.hasHealthUrl;
  return fact.state === 'healthy' || isIdle ? null : `is ${fact.state ?? 'unknown'}`;
}

/** What a platform's own standby is called, for which no component stands. */
export const OWN_STANDBY = 'standby';

/** The standby that a component's platform keeps itself; null where it keeps none. */
export function ownStandby(platform: PlatformRef): string | null {
  return platform.type === 'render_postgres' && platform.high_availability ? OWN_STANDBY : null;
}

/** The standby of one component as it is now; null where none is named. */
export function standbyOf(
  facts: readonly (StandbyFact & { readonly componentId: number })[],
  componentId: number,
  settings: Settings,
  now: Date,
): StandbyNow | null {
  const fact = facts.find((one) => one.componentId === componentId);
  return fact === undefined ? null : standbyNow(fact, settings, now);
}
