import type { Mode } from '../component.js';
import type { Action, ActionClass, ActionName } from './action.js';
import type { ProviderNow } from './provider.js';
import type { Executor, Origin } from './recovery.js';
import type { StandbyNow } from './standby.js';
import type { UpstreamBad } from './suspects.js';
import type { UnsureUpstream } from './unsure-upstream.js';
import type { GuardName } from './verdict.js';

/** Everything the guards look at for one proposed action, read together at one instant. */
export interface GuardFacts {
  readonly component: string;
  readonly action: Action;
  /** Whether it can be undone, or repeated without harm, where it is carried out. */
  readonly actionClass: ActionClass;
  readonly origin: Origin;
  /** Guards that an administrator has overridden for this request. */
  readonly overrides: readonly GuardName[];
  /** The installation's switch; null when it could not be read, which counts as paused. */
  readonly control: { readonly paused: boolean; readonly why: string | null } | null;
  /** Freezes in force now that cover this component, open maintenance windows among them; `until` null has no known end. */
  readonly freezes: readonly { readonly why: string; readonly until: Date | null }[];
  /** A deployment of this component in progress, or null. */
  readonly deployment: { readonly version: string; readonly startedAt: Date } | null;
  readonly mode: Mode;
  /** The healing rule that has a say in the mode; null or absent without one. */
  readonly modeRule?: string | null;
  /** Who can carry the action out, or the reason why nobody can. */
  readonly executor: Executor | { readonly none: string };
  readonly scale: { readonly min: number; readonly max: number } | null;
  readonly evidence: EvidenceFacts;
  /** Other recoveries that are in flight, by component and by group. */
  readonly inFlight: {
    readonly component: boolean;
    /** Name of the member of the same group that is in recovery, or null. */
    readonly groupMember: string | null;
  };
  /** When each action last began on this component, within the last day. */
  readonly lastBegan: Readonly<Partial<Record<ActionName, Date>>>;
  /** Starts of restarts of this component within the last hour, oldest first. */
  readonly restartsLastHour: readonly Date[];
  /** Rollbacks begun within this incident, or within an hour before it for the same component. */
  readonly rollbacksInIncident: number;
  /** Starts of automatic actions of the installation within the last day, oldest first. */
  readonly automaticLastDay: readonly Date[];
  readonly fleet: FleetFacts;
  /** How many healthy components feel it when this one, or one that was acted on in the last hour, is interrupted. */
  readonly reach: { readonly own: number; readonly lastHour: number };
  readonly breaker: BreakerFacts;
  /** The last step of the same plan, where it was carried out and its verification failed; else null. */
  readonly failedStep: { readonly action: ActionName; readonly endedAt: Date } | null;
  /** The root of the trouble that this one depends on, directly or not; or null. */
  readonly upstreamBad: UpstreamBad | null;
  /** A dependency of unknown state that its trouble may well come from, or null. */
  readonly unsureUpstream: UnsureUpstream | null;
  /** What is to take its place, as it is now; null where nothing is named. */
  readonly standby: StandbyNow | null;
  /** How the providers fare that it runs on and leans on. */
  readonly provider: ProviderNow;
  /** The common cause that accounts for all that is predicted of it, in words; null where there is none. */
  readonly commonCause: string | null;
  /** Instants at which the component's state changed within the flap window. */
  readonly stateChanges: readonly Date[];
  /** Set when the premise was looked at again right before the call; null before that. */
  readonly premise: { readonly holds: boolean; readonly why: string } | null;
}

/** How good the evidence for acting is. */
export interface EvidenceFacts {
  readonly state: 'healthy' | 'degraded' | 'failing' | 'unknown';
  /** Assessments in a row that agree that something must be done. */
  readonly agreeing: number;
  /** Age of the newest sample, seconds; null without any. */
  readonly lastSampleAgeS: number | null;
  readonly cadenceS: number;
  /** Share of the expected samples that arrived in the evidence window, 0–1. */
  readonly freshShare: number;
  /** Age of the oldest sample, seconds; 0 without any. */
  readonly historyS: number;
  /** Whether the action rests on a ratio (error rate) alone. */
  readonly ratioOnly: boolean;
  /** Requests counted in the window; null where the sender does not count them. */
  readonly requests: number | null;
  /** Breaching samples in a row, newest last. */
  readonly breachingInARow: number;
  /** Failed probes of `health_url` in a row. */
  readonly failedProbes: number;
}

/** The installation at this instant. */
export interface FleetFacts {
  readonly components: number;
  /** Components with a recovery in flight, this one not counted. */
  readonly inRecovery: number;
  /** Components that are failing or about to. */
  readonly bad: number;
  /** Those of them that depend on this component, directly or through others. */
  readonly badDependants: number;
  /** When the storm exit was last taken; null when never or over. */
  readonly stormSince: Date | null;
  /** Since when the number of bad components has been below the limit again; null while it is not. */
  readonly calmSince: Date | null;
}

/** The record of one action on one component. */
export interface BreakerFacts {
  /** Ends of failed recoveries of this action within the breaker's window, oldest first. */
  readonly failures: readonly Date[];
  /** End of the newest successful one, or null. */
  readonly lastSuccessAt: Date | null;
}
