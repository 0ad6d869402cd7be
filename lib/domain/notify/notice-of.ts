import { actionText } from '../decide/action-text.js';
import type { Incident, Step } from '../decide/incident.js';
import { numberText } from '../decide/number-text.js';
import type { Premise, Recovery } from '../decide/recovery.js';
import { isInFlight } from '../decide/recovery-states.js';
import type { Verdict } from '../decide/verdict.js';
import type { Asking, Notice, NoticePhase } from './notice.js';

/** An incident with what is told of it besides. */
export interface ToldIncident extends Incident {
  readonly premise: Premise;
  readonly refusal: readonly Verdict[] | null;
  readonly predictedFailureAt: Date | null;
  readonly closedWhy: string | null;
  readonly acknowledgedAt: Date | null;
}

/** What {@link noticeOf} looks at. */
export interface NoticeInput {
  readonly incident: ToldIncident;
  /** The incident's recoveries, in any order. */
  readonly recoveries: readonly Recovery[];
  readonly flapping: boolean;
  readonly snoozedUntil: Date | null;
}

/** Say what people are to be told of an incident. Pure. */
export function noticeOf(input: NoticeInput): Notice {
  const { incident, recoveries, flapping, snoozedUntil } = input;
  const ordered = recoveries.toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
  const asks = incident.state === 'open' ? askingOf(ordered) : null;
  const phase = phaseOf(incident, ordered, asks);
  return {
    incidentId: incident.id,
    escalation: null,
    componentId: incident.componentId,
    component: incident.component,
    kind: incident.kind,
    severity: incident.severity,
    phase,
    headline: headline(incident),
    cause: incident.plan.cause,
    evidence: evidence(incident),
    plan: incident.plan.steps.map((step) => stepText(step, incident.component)),
    state: stateText(incident, ordered, asks),
    done: ordered.map(doneText),
    asks,
    needsPerson: incident.needsPerson,
    flapping,
    acknowledgedBy: incident.acknowledgedBy,
    acknowledgedAt: incident.acknowledgedAt,
    snoozedUntil,
    openedAt: incident.openedAt,
    closedAt: incident.closedAt,
    shape: shape({ ...input, recoveries: ordered }),
  };
}

function askingOf(recoveries: readonly Recovery[]): Asking | null {
  const waiting = recoveries.find(({ state }) => state === 'awaiting_approval');
  if (waiting?.approveBy == null) return null;
  const { id, action, component, why, approveBy } = waiting;
  return { recoveryId: id, what: actionText(action, component), why, until: approveBy };
}

function phaseOf(
  incident: ToldIncident,
  recoveries: readonly Recovery[],
  asks: Asking | null,
): NoticePhase {
  if (incident.state === 'closed') return 'closed';
  if (asks !== null) return 'asking';
  if (recoveries.some(({ state }) => isInFlight(state))) return 'acting';
  return incident.needsPerson ? 'person' : 'open';
}

function headline({ component, kind, state }: ToldIncident): string {
  if (state === 'closed') return `${component} is well again`;
  return kind === 'failing' ? `${component} is failing` : `${component} is about to fail`;
}

function evidence({ premise, predictedFailureAt }: ToldIncident): string[] {
  const metrics = Object.entries(premise.metrics).map(
    ([metric, value]) => `${metric} ${numberText(value)}`,
  );
  return [
    ...premise.reasons,
    ...(metrics.length === 0 ? [] : [metrics.join(', ')]),
    ...(premise.level === null
      ? []
      : [`probability of failure ${numberText(premise.probability)} (${premise.level})`]),
    ...(predictedFailureAt === null
      ? []
      : [`expected to fail at ${predictedFailureAt.toISOString()}`]),
  ];
}

function stepText({ action, why }: Step, component: string): string {
  switch (action.name) {
    case 'page':
      return `ask a person: ${why}`;
    case 'hold':
      return `hold still: ${why}`;
    default:
      return `${actionText(action, component)}: ${why}`;
  }
}

function stateText(
  incident: ToldIncident,
  recoveries: readonly Recovery[],
  asks: Asking | null,
): string {
  if (incident.state === 'closed') return `closed: ${incident.closedWhy ?? 'it is over'}`;
  if (asks !== null) return `waits for approval: ${asks.what}`;
  const running = recoveries.find(({ state }) => isInFlight(state));
  if (running !== undefined) return doneText(running);
  const refused = (incident.refusal ?? []).filter(({ outcome }) => outcome === 'refuse');
  const held = refused.map(({ why }) => why).join('; ');
  const person = incident.needsPerson ? 'a person is needed' : 'is watched';
  return held === '' ? person : `${person}; held back: ${held}`;
}

const STATES: Readonly<Record<Recovery['state'], string>> = {
  planned: 'about to begin',
  awaiting_approval: 'waits for approval',
  executing: 'is being carried out',
  verifying: 'done, and being verified',
  succeeded: 'done, and verified',
  failed: 'did not help',
  undone: 'was undone',
  skipped: 'was not done',
  expired: 'was not done: nobody answered in time',
};

function doneText({ action, component, state, error }: Recovery): string {
  const why = error === null || state === 'expired' ? '' : ` (${error})`;
  return `${actionText(action, component)}: ${STATES[state]}${why}`;
}

function shape({ incident, recoveries, flapping, snoozedUntil }: NoticeInput): string {
  const refused = (incident.refusal ?? []).filter(({ outcome }) => outcome === 'refuse');
  return [
    incident.state,
    incident.kind,
    incident.severity,
    incident.needsPerson ? 'person' : '',
    flapping ? 'flapping' : '',
    incident.acknowledgedBy ?? '',
    refused.map(({ guard }) => guard).join(','),
    ...recoveries.map(({ id, state }) => `${id}:${state}`),
    ...(snoozedUntil === null ? [] : [`snoozed:${snoozedUntil.toISOString()}`]),
  ].join('|');
}
