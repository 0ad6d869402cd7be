import type { App } from '../app.js';
import { actionText } from '../domain/decide/action-text.js';
import { type FailureCallback, RecoveryMessage } from '../queue/messages.js';
import { findRecovery } from '../store/recoveries.js';
import { mayBeChanged } from './half-done.js';
import { pageStatements } from './page-statements.js';
import type { Outcome } from './recover.js';

/**
 * Take note that the queue has given a message about a recovery up: never silence.
 *
 * A person is asked, once per recovery and kind of message. The recovery itself is left to the next sweep,
 * which sends the message again: most often only our own database was away, and nothing has been tried yet
 * that a harsher step should follow. What was begun is looked at before it is repeated.
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
  const half = recovery.state === 'executing' ? mayBeChanged(recovery) : null;
  const what = actionText(recovery.action, recovery.component);
  const why = `${message.data.kind} was given up by the queue after ${callback.retried + 1} attempts: ${what}${half === null ? '' : `; ${half}`}`;
  const eventKey = `given-up:${recovery.id}:${message.data.kind}`;
  await app.sql.transaction(pageStatements(app, recovery, { why, eventKey }));
  return { outcome: 'a person was asked' };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
