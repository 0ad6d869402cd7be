import type { App } from '../app.js';
import { actionText } from '../domain/decide/action-text.js';
import type { Verdict } from '../domain/decide/verdict.js';
import { addIncidentEvents } from '../store/incident-events.js';
import type { StoredRecovery } from '../store/recoveries.js';
import { endRecovery } from '../store/recovery-progress.js';

/** End a recovery that was planned but is not to be done any more, with the verdicts that say why. */
export async function skipRecovery(
  app: App,
  recovery: StoredRecovery,
  why: string,
  verdicts: readonly Verdict[] | null,
): Promise<void> {
  const { id, token, incidentId, action, component } = recovery;
  const refusals = (verdicts ?? []).filter(({ outcome }) => outcome === 'refuse');
  const error = [why, ...refusals.map((one) => `${one.guard}: ${one.why}`)].join('; ');
  await app.sql.transaction([
    endRecovery(
      app.sql,
      { id, token },
      {
        from: ['planned', 'awaiting_approval'],
        to: 'skipped',
        error,
        proof: verdicts === null ? null : { verdicts },
      },
    ),
    ...(incidentId === null
      ? []
      : [
          addIncidentEvents(app.sql, [
            {
              incidentId,
              kind: 'refused',
              who: null,
              text: `did not ${actionText(action, component)}: ${error}`,
              data: { recovery_id: id, verdicts },
              eventKey: `skipped:${id}`,
            },
          ]),
        ]),
  ]);
}
