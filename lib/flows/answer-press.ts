import type { App } from '../app.js';
import { actionText } from '../domain/decide/action-text.js';
import { AppError } from '../errors.js';
import type { Press } from '../queue/messages.js';
import { open } from '../security/seal.js';
import { findRecovery } from '../store/recoveries.js';
import { answerApproval } from './answer-approval.js';
import type { Outcome } from './recover.js';
import { snooze } from './snooze.js';

/** What the address for an answer is sealed for. */
export const RESPOND_PURPOSE = 'press response';

/**
 * Carry out what a person has pressed, by the same way as the API's, and tell that person alone what came
 * of it. A press counts for what its button asked about and for nothing else; one that comes second, or
 * late, or from somebody who is not on the list, changes nothing and is told so.
 *
 * Safe to repeat: who has answered already is told the same again.
 *
 * @throws {AppError} `unavailable` when the queue should try again
 */
export async function answerPress(app: App, press: Press): Promise<Outcome> {
  const said = await carryOut(app, press);
  await whisper(app, press, said);
  return { outcome: said };
}

async function carryOut(app: App, press: Press): Promise<string> {
  if (!app.notify.slack.approvers.includes(press.user_id)) {
    return 'You are not on the list of those who may answer: nothing was changed.';
  }
  try {
    return press.action === 'snooze' ? await putOff(app, press) : await answered(app, press);
  } catch (error) {
    if (!(error instanceof AppError) || !FINAL.includes(error.code)) throw error;
    return `Nothing was changed: ${error.message}.`;
  }
}

/** What a second try would not mend. */
const FINAL: readonly string[] = ['conflict', 'not_found'];

const whoOf = ({ user_id, user_name }: Press): string => `${user_name} (Slack ${user_id})`;

async function putOff(app: App, press: Press): Promise<string> {
  const { until } = await snooze(app, press.incident_id, whoOf(press));
  return `Snoozed: you are not reminded before ${until.toISOString()}.`;
}

async function answered(app: App, press: Press): Promise<string> {
  const { action, incident_id: incidentId, recovery_id: recoveryId } = press;
  if (recoveryId === null) throw new AppError('not_found', 'the button asks about nothing');
  const approved = action === 'approve';
  const who = whoOf(press);
  try {
    await answerApproval(app, { incidentId, recoveryId, approved, who, why: null });
  } catch (error) {
    const isOwn = await wasAnsweredBy(app, recoveryId, { who, approved });
    if (!isOwn) throw error;
  }
  const recovery = await findRecovery(app.sql, recoveryId);
  const what = recovery === null ? '' : `: ${actionText(recovery.action, recovery.component)}`;
  return `${approved ? 'Approved' : 'Rejected'}${what}.`;
}

/** Whether an answer that comes too late is only a repeat of the one that counts. */
async function wasAnsweredBy(
  app: App,
  recoveryId: string,
  { who, approved }: { who: string; approved: boolean },
): Promise<boolean> {
  const recovery = await findRecovery(app.sql, recoveryId);
  if (recovery === null) return false;
  return approved ? recovery.approvedBy === who : recovery.error === `rejected by ${who}`;
}

/** What was done is done, whether or not the person can be told. */
async function whisper(app: App, press: Press, text: string): Promise<void> {
  try {
    await app.notify.slack.respond(open(press.respond_to, RESPOND_PURPOSE, app.secrets), text);
  } catch (error) {
    app.log({ level: 'warn', event: 'press_not_answered', error });
  }
}
