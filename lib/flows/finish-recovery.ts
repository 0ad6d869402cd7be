import type { App } from '../app.js';
import { actionText } from '../domain/decide/action-text.js';
import { writeBrain } from '../store/brain.js';
import { addIncidentEvents } from '../store/incident-events.js';
import type { StoredRecovery } from '../store/recoveries.js';
import { endRecovery, type Held, holdRecovery, markUndone } from '../store/recovery-progress.js';
import { recordRollback } from '../store/rollback-history.js';
import { type Statement, sqlState } from '../store/sql.js';
import { recoveryRow } from './brain-rows.js';

/** How a recovery ended. */
export interface RecoveryEnd {
  readonly from: readonly StoredRecovery['state'][];
  readonly to: 'succeeded' | 'failed';
  readonly why: string;
  readonly result: Readonly<Record<string, unknown>> | null;
  readonly proof: Readonly<Record<string, unknown>> | null;
  /** What else is told of this end, in the same transaction. */
  readonly along?: readonly Statement[];
}

/**
 * End a recovery, once, and tell of it everywhere in the same transaction: its row, unified_brain, the
 * incident's timeline, and the rollback history.
 *
 * @returns false when another ended it first; then nothing was told
 */
export async function finishRecovery(
  app: App,
  recovery: StoredRecovery,
  held: Held,
  end: RecoveryEnd,
): Promise<boolean> {
  const success = end.to === 'succeeded';
  const error = success ? null : end.why;
  const result = end.result ?? recovery.result;
  const told = { success, error, result, proof: end.proof };
  const statements: Statement[] = [
    endRecovery(app.sql, held, {
      from: end.from,
      to: end.to,
      error,
      proof: end.proof,
      result: end.result,
    }),
    holdRecovery(app.sql, { id: held.id, token: held.token + 1 }, end.to),
    writeBrain(app.sql, [recoveryRow(recovery, told)]),
    ...timeline(app, recovery, end),
    ...(end.along ?? []),
  ];
  if (recovery.action.name === 'rollback') {
    statements.push(recordRollback(app.sql, recovery, success, error));
  }
  if (success && recovery.undoes !== null) statements.push(markUndone(app.sql, recovery.undoes));
  try {
    const [ended] = await app.sql.transaction(statements);
    return (ended?.length ?? 0) > 0;
  } catch (error) {
    if (sqlState(error) === 'FS001') return false;
    throw error;
  }
}

function timeline(app: App, recovery: StoredRecovery, end: RecoveryEnd): Statement[] {
  if (recovery.incidentId === null) return [];
  const what = actionText(recovery.action, recovery.component);
  return [
    addIncidentEvents(app.sql, [
      {
        incidentId: recovery.incidentId,
        kind: end.to === 'succeeded' ? 'verified' : 'failed',
        who: null,
        text: `${what}: ${end.why}`,
        data: { recovery_id: recovery.id, proof: end.proof, result: end.result },
        eventKey: `end:${recovery.id}`,
      },
    ]),
  ];
}
