import type { App } from '../app.js';
import { actionText } from '../domain/decide/action-text.js';
import { type FailureCallback, RecoveryMessage } from '../queue/messages.js';
import { writeBrain } from '../store/brain.js';
import { addIncidentEvents } from '../store/incident-events.js';
import { updateIncident } from '../store/incidents.js';
import { findRecovery, type StoredRecovery } from '../store/recoveries.js';
import { escalationRow } from './brain-rows.js';
import { finishRecovery } from './finish-recovery.js';
import { heal } from './heal.js';
import type { Outcome } from './recover.js';

/**
 * Take note that the queue has given a message about a recovery up: never silence.
 *
 * A person is asked. A recovery that was never begun is failed, so that its plan goes on; one whose
 * executor holds, or may hold, its claim is left to the next sweep, which looks before it repeats.
 */
export async function giveUp(app: App, callback: FailureCallback): Promise<Outcome> {
  const source = Buffer.from(callback.sourceBody, 'base64').toString('utf8');
  const message = RecoveryMessage.safeParse(parsed(source));
  if (!message.success) return { outcome: 'not about a recovery' };
  const recovery = await findRecovery(app.sql, message.data.recovery_id);
  if (recovery === null) return { outcome: 'unknown recovery' };
  if (!['planned', 'executing', 'verifying'].includes(recovery.state)) {
    return { outcome: `already ${recovery.state}` };
  }
  const what = actionText(recovery.action, recovery.component);
  const why = `${message.data.kind} was given up by the queue after ${callback.retried + 1} attempts: ${what}`;
  await page(app, recovery, why, callback.sourceMessageId);
  if (recovery.state !== 'planned') return { outcome: 'a person was asked' };
  await finishRecovery(
    app,
    recovery,
    { id: recovery.id, token: recovery.token },
    { from: ['planned'], to: 'failed', why, result: null, proof: null },
  );
  await heal(app, recovery.componentId);
  return { outcome: 'failed' };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function page(
  app: App,
  { incidentId, component, step }: StoredRecovery,
  why: string,
  messageId: string,
): Promise<void> {
  await app.sql.transaction([
    writeBrain(app.sql, [escalationRow(component, incidentId, why, `given-up:${messageId}`)]),
    ...(incidentId === null
      ? []
      : [
          updateIncident(app.sql, { id: incidentId, step, needsPerson: true, refusal: null }),
          addIncidentEvents(app.sql, [
            { incidentId, kind: 'paged', who: null, text: why, eventKey: `given-up:${messageId}` },
          ]),
        ]),
  ]);
}
