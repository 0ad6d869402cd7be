import type { App } from '../app.js';
import { actionText } from '../domain/decide/action-text.js';
import type { Settings } from '../domain/settings.js';
import { writeBrain } from '../store/brain.js';
import { addIncidentEvents } from '../store/incident-events.js';
import { updateIncident } from '../store/incidents.js';
import { findRecovery } from '../store/recoveries.js';
import { type Due, dueRecoveries } from '../store/recovery-outbox.js';
import { endRecovery } from '../store/recovery-progress.js';
import { escalationRow } from './brain-rows.js';
import { publishRecoveries } from './outbox.js';

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
    waiting.map(({ id, token, state, delayS }) => ({
      id,
      token,
      kind: state === 'verifying' ? 'verify' : 'recover',
      delayS,
    })),
  );
  for (const one of due) {
    if (one.state === 'awaiting_approval') await expire(app, one);
  }
  return waiting.length;
}

/** Nobody answered in time: the safe default is to do nothing, and to say so. */
async function expire(app: App, { id, token }: Due): Promise<void> {
  const recovery = await findRecovery(app.sql, id);
  if (recovery === null) return;
  const what = actionText(recovery.action, recovery.component);
  const why = `nobody approved in time: ${what}`;
  const { incidentId, step } = recovery;
  await app.sql.transaction([
    endRecovery(app.sql, { id, token }, { from: ['awaiting_approval'], to: 'expired', error: why }),
    writeBrain(app.sql, [
      escalationRow(recovery.component, incidentId, why, `expired:${recovery.id}`),
    ]),
    ...(incidentId === null
      ? []
      : [
          updateIncident(app.sql, { id: incidentId, step, needsPerson: true, refusal: null }),
          addIncidentEvents(app.sql, [
            { incidentId, kind: 'paged', who: null, text: why, eventKey: `expired:${id}` },
          ]),
        ]),
  ]);
}
