import type { App } from '../app.js';
import { actionText } from '../domain/decide/action-text.js';
import { settleS } from '../domain/decide/settle.js';
import type { Settings } from '../domain/settings.js';
import { resetWindow } from '../store/component-state.js';
import { addIncidentEvents } from '../store/incident-events.js';
import type { StoredRecovery } from '../store/recoveries.js';
import { type Held, holdRecovery, recordActed } from '../store/recovery-progress.js';
import { type Statement, sqlState } from '../store/sql.js';
import { publishRecoveries } from './outbox.js';
import { pageStatements } from './page-statements.js';

/**
 * Record that a recovery was carried out, and send its verification, due after the settling time. Where its
 * end is in a person's hands, as a pull request's, people are told with it, once.
 *
 * @returns false when another has taken the claim over; then nothing was recorded
 */
export async function recordAction(
  app: App,
  { held, recovery, settings }: { held: Held; recovery: StoredRecovery; settings: Settings },
  result: Readonly<Record<string, unknown>>,
): Promise<boolean> {
  const delayS = settleS(recovery.action.name, settings);
  const after = { id: held.id, token: held.token };
  try {
    await app.sql.transaction([
      recordActed(app.sql, held, { result, settleS: delayS }),
      holdRecovery(app.sql, after, 'verifying'),
      resetWindow(app.sql, recovery.componentId),
      ...timeline(app, recovery, result, delayS),
      ...askToEnd(app, recovery, result),
    ]);
  } catch (error) {
    if (sqlState(error) === 'FS001') return false;
    throw error;
  }
  await publishRecoveries(app, [{ ...after, kind: 'verify', delayS }]);
  return true;
}

function timeline(
  app: App,
  { id, incidentId, action, component }: StoredRecovery,
  result: Readonly<Record<string, unknown>>,
  delayS: number,
): Statement[] {
  if (incidentId === null) return [];
  return [
    addIncidentEvents(app.sql, [
      {
        incidentId,
        kind: 'acted',
        who: null,
        text: `${actionText(action, component)}: done, to be verified in ${delayS} s`,
        data: { recovery_id: id, result },
        eventKey: `acted:${id}`,
      },
    ]),
  ];
}

/** What asks a person to do the rest, where the executor says that there is one (`waits_for`). */
function askToEnd(
  app: App,
  recovery: StoredRecovery,
  { waits_for: rest }: Readonly<Record<string, unknown>>,
): Statement[] {
  if (typeof rest !== 'string') return [];
  const what = actionText(recovery.action, recovery.component);
  return pageStatements(app, recovery, {
    why: `${what}: ${rest}`,
    eventKey: `waits:${recovery.id}`,
  });
}
