import type { App } from '../app.js';
import { actionText } from '../domain/decide/action-text.js';
import type { Settings } from '../domain/settings.js';
import { writeBrain } from '../store/brain.js';
import { addIncidentEvents } from '../store/incident-events.js';
import {
  readIncidents,
  type StoredIncident,
  selectIncidents,
  updateIncident,
} from '../store/incidents.js';
import { findRecovery, type StoredRecovery } from '../store/recoveries.js';
import { type Due, dueRecoveries } from '../store/recovery-outbox.js';
import { endRecovery, holdRecovery } from '../store/recovery-progress.js';
import { type Statement, sqlState } from '../store/sql.js';
import { planKey } from './after-decision.js';
import { escalationRow } from './brain-rows.js';
import { mapLimit } from './map-limit.js';
import { publishRecoveries } from './outbox.js';
import { readable } from './readable.js';
import { settled, valuesOf } from './settled.js';

/**
 * Send messages that the queue does not know of, or has lost, and end approvals whose time is up.
 *
 * @returns how many messages were sent
 */
export async function sendDue(app: App, settings: Settings): Promise<number> {
  const due = await dueRecoveries(app.sql, settings.claimS);
  const waiting = due.filter(({ state }) => state !== 'awaiting_approval');
  await publishRecoveries(
    app,
    waiting.map(({ id, token, state, delayS, publishedAt }) => ({
      id,
      token,
      kind: state === 'verifying' ? 'verify' : 'recover',
      delayS,
      lostAt: publishedAt,
    })),
  );
  const late = due.filter(({ state }) => state === 'awaiting_approval');
  // One that cannot be ended must not let the others wait for ever.
  valuesOf(await mapLimit(late, 4, (one) => settled(expire(app, one))));
  return waiting.length;
}

/** Nobody answered in time: the safe default is to do nothing, and to say so; unless somebody just has. */
async function expire(app: App, { id, token }: Due): Promise<void> {
  const recovery = await findRecovery(app.sql, id);
  if (recovery === null) return;
  const what = actionText(recovery.action, recovery.component);
  const why = `nobody approved in time: ${what}`;
  const end = { from: ['awaiting_approval'], to: 'expired', error: why } as const;
  try {
    await app.sql.transaction([
      endRecovery(app.sql, { id, token }, end),
      holdRecovery(app.sql, { id, token: token + 1 }, 'expired'),
      ...pageExpired(app, recovery, why, await atItsEnd(app, recovery)),
    ]);
  } catch (error) {
    if (sqlState(error) !== 'FS001') throw error;
  }
}

/** The incident whose plan leaves nothing but to ask a person now; null where something else is tried next. */
async function atItsEnd(app: App, { incidentId, step }: StoredRecovery) {
  if (incidentId === null) return null;
  const rows = await selectIncidents(app.sql, { id: incidentId, limit: 1 });
  const [incident] = readable(app, readIncidents, rows);
  const next = incident?.plan.steps[step + 1]?.action.name ?? 'page';
  return next === 'page' ? (incident ?? null) : null;
}

/** Where the plan's next step would ask a person, too, this is that step: it is told once. */
function pageExpired(
  app: App,
  { id, component, incidentId, step }: StoredRecovery,
  why: string,
  ended: StoredIncident | null,
): Statement[] {
  const told = ended === null ? `expired:${id}` : `page:${planKey(ended)}`;
  const eventKey = ended === null ? `expired:${id}` : `paged:${planKey(ended)}`;
  const reached = ended?.plan.steps.length ?? step;
  return [
    writeBrain(app.sql, [escalationRow(component, incidentId, why, told)]),
    ...(incidentId === null
      ? []
      : [
          updateIncident(app.sql, {
            id: incidentId,
            step: reached,
            needsPerson: true,
            refusal: null,
          }),
          addIncidentEvents(app.sql, [
            { incidentId, kind: 'paged', who: null, text: why, eventKey },
          ]),
        ]),
  ];
}
