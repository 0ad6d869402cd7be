import * as z from 'zod';
import { rootOf } from '../../domain/decide/dependencies.js';
import { suspectsFor } from '../../domain/decide/suspects.js';
import type { ShownIncident, ShownRecovery } from '../stage/api.js';
import type { Lost } from '../stage/load.js';
import type { Exit } from '../stage/supervisor.js';
import type { Fault } from './faults.js';
import { DEPENDS_ON } from './graph.js';
import type { LabMode } from './lab-api.js';

/** All that was seen of one fault. Times are milliseconds since the epoch. */
export interface Observed {
  readonly fault: Fault;
  readonly mode: LabMode;
  readonly injectedAt: number;
  readonly incidents: readonly ShownIncident[];
  /** The same once the fault was taken out and all was calm, or long enough after: what was done meanwhile counts. */
  readonly afterwards: readonly ShownIncident[];
  /** Ends of the faulty service's process. */
  readonly exits: readonly Exit[];
  readonly sent: number;
  readonly lost: readonly Lost[];
  /** How long one dependency's trouble may be seen before its cause's, seconds. */
  readonly lagS: number;
}

/** An action that was begun. */
export interface Deed {
  readonly component: string;
  readonly action: string;
  readonly state: string;
}

/** One fault in one mode, measured. Times are seconds since it was injected; null where it did not come to that. */
export interface Outcome {
  readonly fault: string;
  readonly mode: LabMode;
  readonly truth: string;
  /** What Forestall named first, `component: situation`. */
  readonly named: string | null;
  readonly named_s: number | null;
  readonly top1: boolean;
  readonly deeds: readonly Deed[];
  /** Of them: on components in which the fault does not lie. */
  readonly on_innocents: readonly Deed[];
  /** Of them: those, and whatever cannot help against this fault. */
  readonly wrong: readonly Deed[];
  /** Until an action on the faulty component was verified to have helped. */
  readonly recovered_s: number | null;
  /** Components for which a person was asked. */
  readonly asked: readonly string[];
  readonly sent: number;
  readonly lost: number;
  /** Whether the process died by itself. */
  readonly died: boolean;
}

/** From the opening of an incident until what a status page says has been read and told. */
const TOLD_MS = 5000;

const Opened = z.object({ plan: z.object({ situation: z.string() }) });

/**
 * The situation that an incident told when it opened: its first plan's, unless a provider's page was found to explain
 * it.
 */
function situationOf({ situation, timeline, opened_at }: ShownIncident): string {
  const isOutside = timeline.some(
    ({ kind, at, data }) =>
      kind === 'cause' &&
      at - opened_at <= TOLD_MS &&
      (data as { situation?: unknown } | null)?.situation === 'provider',
  );
  if (isOutside) return 'provider';
  const opened = timeline.find(({ kind }) => kind === 'opened');
  return Opened.safeParse(opened?.data).data?.plan.situation ?? situation;
}

/** The incident in which Forestall sees the cause of another, by the rule that its guards go by; null for itself. */
function rootIn(incident: ShownIncident, all: readonly ShownIncident[], lagS: number) {
  const bad = all.map((one) => ({
    component: one.component,
    since: new Date(one.opened_at),
    isFailing: one.kind === 'failing',
    isOwnChange: one.situation.endsWith('_regression'),
  }));
  const suspects = suspectsFor(incident.component, { on: DEPENDS_ON, bad, rising: [], lagS });
  return rootOf(incident.component, DEPENDS_ON, suspects);
}

/** The first incident that is not put down to another component's. */
export function firstNamed(
  incidents: readonly ShownIncident[],
  lagS: number,
): ShownIncident | null {
  const inOrder = incidents.toSorted((a, b) => a.opened_at - b.opened_at);
  return (
    inOrder.find((one) => one.situation !== 'upstream' && rootIn(one, incidents, lagS) === null) ??
    null
  );
}

/** Whether a recovery came so far that something was, or may have been, done. */
function isDeed({ acted_at, state }: ShownRecovery): boolean {
  return acted_at !== null || state === 'executing' || state === 'verifying';
}

function deedsOf(incidents: readonly ShownIncident[]): Deed[] {
  return incidents.flatMap(({ component, recoveries }) =>
    recoveries.filter(isDeed).map(({ action, state }) => ({ component, action, state })),
  );
}

function needsPerson({ needs_person, timeline }: ShownIncident): boolean {
  return needs_person || timeline.some(({ kind }) => kind === 'paged');
}

/** Put together what was measured of a fault, and hold it against what is true. */
export function outcomeOf(observed: Observed): Outcome {
  const { fault, mode, injectedAt, incidents, lagS } = observed;
  const { service, situations } = fault.truth;
  const seconds = (at: number | null | undefined): number | null =>
    at == null ? null : Math.round((at - injectedAt) / 100) / 10;
  const named = firstNamed(incidents, lagS);
  const situation = named === null ? null : situationOf(named);
  const deeds = deedsOf(observed.afterwards);
  const helps: readonly string[] = fault.helps;
  const own = incidents.filter(({ component }) => component === service);
  const healed = own
    .flatMap(({ recoveries }) => recoveries)
    .find(({ state }) => state === 'succeeded');
  const isInnocent = ({ component }: Deed) => component !== service;
  return {
    fault: fault.name,
    mode,
    truth: `${service}: ${situations.join(' or ')}`,
    named: named === null ? null : `${named.component}: ${situation}`,
    named_s: seconds(named?.opened_at),
    top1: named?.component === service && situations.some((one) => one === situation),
    deeds,
    on_innocents: deeds.filter(isInnocent),
    wrong: deeds.filter((deed) => isInnocent(deed) || !helps.includes(deed.action)),
    recovered_s: seconds(healed?.ended_at),
    asked: [...new Set(incidents.filter(needsPerson).map(({ component }) => component))],
    sent: observed.sent,
    lost: observed.lost.length,
    died: observed.exits.some(({ at, orderly }) => at >= injectedAt && !orderly),
  };
}

/** Share of lost requests beyond which customers were failed. */
const FAILED_SHARE = 0.02;

/** Whether a fault came to a failure: its process died, or more than one in fifty requests was lost. */
export function hasFailed({ died, lost, sent }: Outcome): boolean {
  return died || lost > FAILED_SHARE * sent;
}
