import type { App } from '../app.js';
import type { Plan } from '../domain/decide/incident.js';
import type { Premise } from '../domain/decide/recovery.js';
import { AppError } from '../errors.js';
import { uuid7 } from '../security/uuid7.js';
import { addAudit } from '../store/audit.js';
import { findComponent } from '../store/components.js';
import { addToldFailure, holdToldFailure } from '../store/incident-answers.js';
import { addIncidentEvents } from '../store/incident-events.js';
import { relabel } from '../store/outcomes.js';
import { sqlState } from '../store/sql.js';
import { findIncident, incidentJson } from './incidents.js';

/** A failure that nothing saw, as a person tells it afterwards. */
export interface TellFailure {
  readonly component: string;
  readonly failedAt: Date;
  readonly endedAt: Date;
  readonly why: string;
  readonly who: string;
}

/** Nothing was seen: no number stands behind it. */
const UNSEEN: Premise = {
  probability: 0,
  level: null,
  score: null,
  reasons: [],
  breaching: [],
  metrics: {},
};

/**
 * Keep a failure that no incident tells of, as a closed one: it counts as one that was missed, and what was
 * predicted before it is labelled anew.
 *
 * @throws {AppError} `not_found` for an unknown component; `conflict` where an incident tells of that time:
 * that one is to be labelled
 */
export async function tellFailure(app: App, told: TellFailure): Promise<object> {
  const { component: name, failedAt, endedAt, why, who } = told;
  const component = await findComponent(app.sql, name);
  if (component === null) throw new AppError('not_found', `there is no component ${name}`);
  const id = uuid7(Date.now());
  const plan: Plan = { situation: 'unknown', cause: why, steps: [] };
  const kept = { id, componentId: component.id, failedAt, endedAt, plan, premise: UNSEEN, who };
  const statements = [
    addToldFailure(app.sql, kept),
    holdToldFailure(app.sql, id),
    relabel(app.sql, id),
    addIncidentEvents(app.sql, [
      {
        incidentId: id,
        kind: 'labelled',
        who,
        text: `${who} says: it failed from ${failedAt.toISOString()} on; ${why}`,
        eventKey: null,
      },
    ]),
    addAudit(app.sql, {
      who,
      what: `tell of a failure of ${name}`,
      why,
      detail: { failed_at: failedAt, ended_at: endedAt },
    }),
  ];
  try {
    await app.sql.transaction(statements);
  } catch (error) {
    if (sqlState(error) !== 'FS001') throw error;
    throw new AppError('conflict', 'an incident tells of that time: label that one');
  }
  return incidentJson(await findIncident(app, id));
}
