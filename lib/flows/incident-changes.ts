import { causeText } from '../domain/decide/cause-text.js';
import { accountedFor } from '../domain/decide/common-cause.js';
import type { Plan } from '../domain/decide/incident.js';
import { incidentStep } from '../domain/decide/incident-step.js';
import { premiseOf } from '../domain/decide/premise.js';
import { mayReplan, replans } from '../domain/decide/replan.js';
import type { Severity } from '../domain/decide/severity.js';
import type { Settings } from '../domain/settings.js';
import { SECOND } from '../domain/time.js';
import { uuid7 } from '../security/uuid7.js';
import type { NewIncident } from '../store/incident-lifecycle.js';
import type { StoredIncident } from '../store/incidents.js';
import type { Executors } from './executor.js';
import { planIncident } from './plan-incident.js';
import type { Seen } from './seen.js';

/** What a sweep changes of one component's incident. */
export type IncidentChange =
  | {
      readonly kind: 'open';
      readonly incident: NewIncident;
      readonly why: string;
      /** What else was unusual then: sentences for people, which nothing rests on. */
      readonly besides?: readonly string[];
    }
  | {
      readonly kind: 'escalate';
      readonly id: string;
      readonly incidentKind: NewIncident['kind'];
      readonly severity: Severity;
      readonly why: string;
    }
  /** A cause can be seen by now: the plan is made anew. */
  | {
      readonly kind: 'replan';
      readonly id: string;
      readonly componentId: number;
      readonly plan: Plan;
    }
  | { readonly kind: 'close'; readonly id: string; readonly why: string };

/** Decide what a look at a component changes of its incident; null for nothing. Pure but for the new id. */
export function incidentChange(
  platforms: Executors,
  seen: Seen,
  settings: Settings,
  now: Date,
): IncidentChange | null {
  const { assessment, memory, incident: open } = seen;
  const step = incidentStep({ open, assessment, memory, settings });
  if (step.kind === 'open') {
    // What a person was told of for all of a group is not told again for each.
    if (step.incidentKind === 'predicted' && isAccountedFor(seen)) {
      return alertChange(platforms, seen, settings, now);
    }
    return opening(platforms, seen, settings, { ...step, by: openedBy(seen, settings), now });
  }
  if (step.kind === 'escalate' && open !== null) {
    const { incidentKind, severity, why } = step;
    return { kind: 'escalate', id: open.id, incidentKind, severity, why };
  }
  if (step.kind === 'close' && open !== null) return closing(seen, open.id, step.why);
  const found =
    open === null ? null : replanning(platforms, { ...seen, incident: open }, settings, now);
  if (found !== null) return found;
  return alertChange(platforms, seen, settings, now);
}

/** The plan anew of an incident whose trouble goes on, where its cause was unknown and no longer is. */
function replanning(
  platforms: Executors,
  seen: Seen & { readonly incident: StoredIncident },
  settings: Settings,
  now: Date,
): IncidentChange | null {
  const { incident, memory, watched } = seen;
  if (!mayReplan(incident)) return null;
  const plan = { ...planIncident(platforms, seen, settings, now), anew: true as const };
  return replans({ open: incident, found: plan, memory, settings })
    ? { kind: 'replan', id: incident.id, componentId: watched.component.id, plan }
    : null;
}

function isAccountedFor({ watched, memory, causes = [] }: Seen): boolean {
  return accountedFor(watched.component.id, memory.rising ?? {}, causes) !== null;
}

/** While a monitoring tool still says that it fails, our own good assessments do not close its incident. */
function closing({ alerts, incident }: Seen, id: string, why: string): IncidentChange | null {
  return incident?.openedBy === 'alert' && alerts.length > 0 ? null : { kind: 'close', id, why };
}

/** A serious alert opens an incident where our own assessment saw none, and its end closes it again. */
function alertChange(
  platforms: Executors,
  seen: Seen,
  settings: Settings,
  now: Date,
): IncidentChange | null {
  const { incident, alerts, assessment } = seen;
  const serious = alerts.find(({ severity }) => severity === 'critical' || severity === 'high');
  if (incident === null && serious !== undefined) {
    const severity = serious.severity === 'critical' ? 'critical' : 'high';
    const why = `${serious.source} says: ${serious.title}`;
    return opening(platforms, seen, settings, {
      incidentKind: 'failing',
      severity,
      why,
      by: 'alert',
      now,
    });
  }
  const over = incident?.openedBy === 'alert' && alerts.length === 0;
  return over && assessment.state === 'unknown'
    ? { kind: 'close', id: incident.id, why: 'the alert that opened it was resolved' }
    : null;
}

function openedBy({ memory, assessment }: Seen, settings: Settings): NewIncident['openedBy'] {
  if (memory.failedProbes >= settings.breachesToOpen) return 'probe';
  return assessment.state === 'failing' ? 'samples' : 'prediction';
}

function opening(
  platforms: Executors,
  seen: Seen,
  settings: Settings,
  opened: {
    readonly incidentKind: NewIncident['kind'];
    readonly severity: Severity;
    readonly why: string;
    readonly by: NewIncident['openedBy'];
    readonly now: Date;
  },
): IncidentChange {
  const inS = seen.assessment.prediction.timeToFailureS?.likely ?? null;
  const besides = besidesOf(seen);
  return {
    kind: 'open',
    why: opened.why,
    ...(besides.length === 0 ? {} : { besides }),
    incident: {
      id: uuid7(Date.now()),
      componentId: seen.watched.component.id,
      kind: opened.incidentKind,
      severity: opened.severity,
      openedBy: opened.by,
      plan: planIncident(platforms, seen, settings, opened.now),
      premise: premiseOf(seen.assessment),
      predictedFailureAt: inS === null ? null : new Date(opened.now.getTime() + inS * SECOND),
    },
  };
}

function besidesOf({ assessment, watched, causes = [] }: Seen): string[] {
  const shared = causes.filter(({ members }) =>
    members.some(({ componentId }) => componentId === watched.component.id),
  );
  const unusual = (assessment.anomalies ?? []).filter(({ firedAt }) => firedAt !== null);
  return [...shared.map(causeText), ...unusual.map(({ text }) => text)];
}
