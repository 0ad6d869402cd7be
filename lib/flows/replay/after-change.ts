import { mayReplan } from '../../domain/decide/replan.js';
import type { StoredIncident } from '../../store/incidents.js';
import type { IncidentChange } from '../incident-changes.js';

/** The open incident of a component after a change of it; null when there is none any more. Pure. */
export function afterChange(
  open: StoredIncident | null,
  change: IncidentChange,
  component: string,
  now: Date,
): StoredIncident | null {
  if (change.kind === 'close') return null;
  if (change.kind === 'open') return open ?? opened(change.incident, component, now);
  if (open === null) return null;
  if (change.kind === 'replan') return mayReplan(open) ? planned(open, change.plan) : open;
  const { incidentKind: kind, severity } = change;
  return { ...open, kind, severity, failedAt: kind === 'failing' ? (open.failedAt ?? now) : null };
}

const planned = (open: StoredIncident, plan: StoredIncident['plan']): StoredIncident => ({
  ...open,
  plan,
  step: 0,
  refusal: null,
});

function opened(
  incident: Extract<IncidentChange, { kind: 'open' }>['incident'],
  component: string,
  now: Date,
): StoredIncident {
  return {
    ...incident,
    component,
    state: 'open',
    step: 0,
    needsPerson: false,
    refusal: null,
    openedAt: now,
    failedAt: incident.kind === 'failing' ? now : null,
    closedAt: null,
    closedWhy: null,
    acknowledgedAt: null,
    acknowledgedBy: null,
    label: null,
  };
}
