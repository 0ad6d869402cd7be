import type { App } from '../app.js';
import { actionText } from '../domain/decide/action-text.js';
import { AppError } from '../errors.js';
import { addAudit } from '../store/audit.js';
import { writeBrain } from '../store/brain.js';
import { addIncidentEvents } from '../store/incident-events.js';
import { readRecoveries, type StoredRecovery, selectRecoveries } from '../store/recoveries.js';
import { approveRecovery } from '../store/recovery-claims.js';
import { endRecovery, holdRecovery } from '../store/recovery-progress.js';
import { type Statement, sqlState } from '../store/sql.js';
import { askToTell } from './ask-to-tell.js';
import { answerRow } from './brain-rows.js';
import { heal } from './heal.js';
import { publishRecoveries } from './outbox.js';

/** A person's answer to a request for approval. */
export interface Answer {
  readonly incidentId: string;
  /** What the answer is to: another one that waits meanwhile is not meant. Absent: whatever waits. */
  readonly recoveryId?: string;
  readonly approved: boolean;
  readonly who: string;
  readonly why: string | null;
}

/**
 * Approve or reject what an incident waits for.
 *
 * The first answer counts; a second one, or one that comes too late, changes nothing and says so.
 *
 * @throws {AppError} `conflict` when nothing waits for an answer (any more)
 */
export async function answerApproval(app: App, answer: Answer): Promise<{ recovery_id: string }> {
  const recoveries = readRecoveries(
    await selectRecoveries(app.sql, { incidentIds: [answer.incidentId], limit: 50 }),
  );
  const { recoveryId } = answer;
  const meant = recoveries.filter(({ id }) => recoveryId === undefined || id === recoveryId);
  const waiting = meant.find(({ state }) => state === 'awaiting_approval');
  if (waiting === undefined) throw new AppError('conflict', late(meant));
  const { id, token } = waiting;
  const changed = await write(app, waiting, answer);
  if (!changed) throw new AppError('conflict', 'it was answered, or its time was up, just before');
  if (answer.approved) {
    await publishRecoveries(app, [{ id, token: token + 1, kind: 'recover', delayS: 0 }]);
  } else {
    await heal(app, waiting.componentId);
  }
  await askToTell(app, `answer-${id}`);
  return { recovery_id: id };
}

function late(recoveries: readonly StoredRecovery[]): string {
  const [newest] = recoveries;
  return newest === undefined
    ? 'nothing waits for approval'
    : `nothing waits for approval: ${newest.action.name} is ${newest.state}`;
}

async function write(app: App, recovery: StoredRecovery, answer: Answer): Promise<boolean> {
  const { id, token } = recovery;
  const { approved, who, why, incidentId } = answer;
  const what = actionText(recovery.action, recovery.component);
  const change: Statement = approved
    ? approveRecovery(app.sql, id, who)
    : endRecovery(
        app.sql,
        { id, token },
        { from: ['awaiting_approval'], to: 'skipped', error: `rejected by ${who}` },
      );
  try {
    await app.sql.transaction([
      // Of two who answer alike at once the second ends here: after the change it could not be told apart.
      holdRecovery(app.sql, { id, token }, 'awaiting_approval'),
      change,
      holdRecovery(app.sql, { id, token: token + 1 }, approved ? 'planned' : 'skipped'),
      writeBrain(app.sql, [answerRow(recovery, approved, who, why)]),
      addAudit(app.sql, {
        who,
        what: approved ? 'approve' : 'reject',
        why,
        detail: { recovery_id: id },
      }),
      addIncidentEvents(app.sql, [
        {
          incidentId,
          kind: approved ? 'approved' : 'rejected',
          who,
          text: `${approved ? 'approved' : 'rejected'}: ${what}${why === null ? '' : ` (${why})`}`,
          eventKey: `answer:${id}`,
        },
      ]),
    ]);
    return true;
  } catch (error) {
    if (sqlState(error) === 'FS001') return false;
    throw error;
  }
}
