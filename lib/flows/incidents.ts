import type { App } from '../app.js';
import { AppError } from '../errors.js';
import { addAudit } from '../store/audit.js';
import { readCauses } from '../store/common-causes.js';
import { acknowledgeIncident, holdAcknowledged, labelIncident } from '../store/incident-answers.js';
import { addIncidentEvents, incidentTimeline } from '../store/incident-events.js';
import {
  type IncidentFilter,
  readIncidents,
  type StoredIncident,
  selectIncidents,
} from '../store/incidents.js';
import { relabel } from '../store/outcomes.js';
import { readRecoveries, selectRecoveries } from '../store/recoveries.js';
import { writeCursor } from '../store/rows.js';
import { sqlState } from '../store/sql.js';
import { causeJson } from './cause-json.js';
import { readable } from './readable.js';
import { recoveryJson } from './recovery-json.js';

/** An incident as the API shows it. */
export function incidentJson(incident: StoredIncident): object {
  const { plan, premise } = incident;
  return {
    id: incident.id,
    component: incident.component,
    state: incident.state,
    kind: incident.kind,
    severity: incident.severity,
    opened_by: incident.openedBy,
    situation: plan.situation,
    cause: plan.cause,
    causes: plan.causes ?? [],
    rule: plan.rule ?? null,
    plan: plan.steps.map((step, i) => ({
      action: step.action.name,
      params: step.action,
      why: step.why,
      expects: step.expects,
      proof: step.proof,
      next: incident.state === 'open' && i === incident.step,
    })),
    step: incident.step,
    needs_person: incident.needsPerson,
    held_back_by: (incident.refusal ?? []).filter(({ outcome }) => outcome === 'refuse'),
    probability: premise.probability,
    predicted_failure_at: incident.predictedFailureAt,
    opened_at: incident.openedAt,
    failed_at: incident.failedAt,
    closed_at: incident.closedAt,
    closed_why: incident.closedWhy,
    acknowledged_at: incident.acknowledgedAt,
    acknowledged_by: incident.acknowledgedBy,
    label: incident.label,
  };
}

/** List incidents, newest first, with the cursor of the next page, and the common causes that last. */
export async function listIncidents(app: App, filter: IncidentFilter): Promise<object> {
  const { component = null } = filter;
  const [rows, causes] = await Promise.all([
    selectIncidents(app.sql, filter),
    readCauses(app.sql, { component }),
  ]);
  const incidents = readable(app, readIncidents, rows);
  const last = incidents.at(-1);
  const more = rows.length === filter.limit && last !== undefined;
  return {
    incidents: incidents.map(incidentJson),
    common_causes: causes.map(causeJson),
    next_cursor: more ? writeCursor({ at: last.openedAt, id: last.id }) : null,
  };
}

/** Read one incident. @throws {AppError} `not_found` */
export async function findIncident(app: App, id: string): Promise<StoredIncident> {
  const [incident] = readIncidents(await selectIncidents(app.sql, { id, limit: 1 }));
  if (incident === undefined) throw new AppError('not_found', `there is no incident ${id}`);
  return incident;
}

/** Read one incident with its recoveries and its timeline. @throws {AppError} `not_found` */
export async function showIncident(app: App, id: string): Promise<object> {
  const incident = await findIncident(app, id);
  const { component, state } = incident;
  const [recoveries, timeline, causes] = await Promise.all([
    selectRecoveries(app.sql, { incidentIds: [id], limit: 200 }),
    incidentTimeline(app.sql, id),
    state === 'open' ? readCauses(app.sql, { component }) : [],
  ]);
  return {
    ...incidentJson(incident),
    recoveries: readRecoveries(recoveries).map(recoveryJson).reverse(),
    common_causes: causes.map(causeJson),
    timeline,
  };
}

/**
 * Note that a person has seen an incident. A repeat changes nothing, is told nowhere, and names who was first.
 *
 * @throws {AppError} `conflict` when it is closed
 */
export async function acknowledge(app: App, id: string, who: string): Promise<object> {
  await noteSeen(app, id, who);
  const { state, acknowledgedBy } = await findIncident(app, id);
  if (acknowledgedBy === null || state === 'closed') {
    throw new AppError('conflict', 'the incident is closed');
  }
  return { id, acknowledged_by: acknowledgedBy };
}

async function noteSeen(app: App, id: string, who: string): Promise<void> {
  const text = `seen by ${who}`;
  const eventKey = `acknowledged:${id}`;
  try {
    await app.sql.transaction([
      acknowledgeIncident(app.sql, id, who),
      holdAcknowledged(app.sql, id),
      addIncidentEvents(app.sql, [{ incidentId: id, kind: 'acknowledged', who, text, eventKey }]),
      addAudit(app.sql, { who, what: 'acknowledge', why: null, detail: { incident_id: id } }),
    ]);
  } catch (error) {
    if (sqlState(error) !== 'FS001') throw error;
  }
}

/** Keep a person's word on whether a failure was real; what was predicted of it is labelled anew. */
export async function label(
  app: App,
  id: string,
  word: 'real' | 'false_alarm',
  who: string,
): Promise<object> {
  await findIncident(app, id);
  await app.sql.transaction([
    labelIncident(app.sql, id, word, who),
    relabel(app.sql, id),
    addIncidentEvents(app.sql, [
      { incidentId: id, kind: 'labelled', who, text: `${who} says: ${word}`, eventKey: null },
    ]),
    addAudit(app.sql, { who, what: 'label', why: null, detail: { incident_id: id, label: word } }),
  ]);
  return { id, label: word };
}
