import type { App } from '../app.js';
import { actionText } from '../domain/decide/action-text.js';
import { writeBrain } from '../store/brain.js';
import { addIncidentEvents } from '../store/incident-events.js';
import type { StoredRecovery } from '../store/recoveries.js';
import { endRecovery, holdRecovery } from '../store/recovery-progress.js';
import { type Statement, sqlState } from '../store/sql.js';
import { skippedRow } from './brain-rows.js';
import { pageStatements } from './page-statements.js';
import type { Stop } from './stop-now.js';
import { stopText } from './stop-text.js';

/**
 * End a recovery that was planned but is not to be done any more, with the verdicts that say why. It is told
 * in unified_brain and the timeline, in the same transaction.
 *
 * @param from - the states in which nothing was called yet
 * @returns false when another has it by now; then nothing was told
 */
export async function skipRecovery(
  app: App,
  recovery: StoredRecovery,
  stop: Stop,
  from: readonly StoredRecovery['state'][] = ['planned', 'awaiting_approval'],
): Promise<boolean> {
  const { id, token } = recovery;
  const { verdicts } = stop;
  const error = stopText(stop);
  const statements: Statement[] = [
    endRecovery(
      app.sql,
      { id, token },
      {
        from,
        to: 'skipped',
        error,
        proof: verdicts === null ? null : { verdicts },
      },
    ),
    holdRecovery(app.sql, { id, token: token + 1 }, 'skipped'),
    writeBrain(app.sql, [skippedRow(recovery, error)]),
    ...told(app, recovery, error, verdicts),
  ];
  try {
    await app.sql.transaction(statements);
    return true;
  } catch (error) {
    if (sqlState(error) === 'FS001') return false;
    throw error;
  }
}

/** The incident's timeline; a person is asked about an undo, as what it was to put back stands. */
function told(
  app: App,
  recovery: StoredRecovery,
  error: string,
  verdicts: Stop['verdicts'],
): Statement[] {
  const { id, incidentId, action, component, origin } = recovery;
  const eventKey = `skipped:${id}`;
  const text = `did not ${actionText(action, component)}: ${error}`;
  const data = { recovery_id: id, verdicts };
  return [
    ...(incidentId === null
      ? []
      : [
          addIncidentEvents(app.sql, [
            { incidentId, kind: 'refused', who: null, text, data, eventKey },
          ]),
        ]),
    ...(origin === 'undo'
      ? pageStatements(app, recovery, { why: text, eventKey: `undo-skipped:${id}` })
      : []),
  ];
}
