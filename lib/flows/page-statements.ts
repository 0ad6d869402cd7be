import type { App } from '../app.js';
import { writeBrain } from '../store/brain.js';
import { addIncidentEvents } from '../store/incident-events.js';
import { updateIncident } from '../store/incidents.js';
import type { StoredRecovery } from '../store/recoveries.js';
import type { Statement } from '../store/sql.js';
import { escalationRow } from './brain-rows.js';

/** What asks a person about a recovery, once per key: for the transaction of what it tells. */
export function pageStatements(
  app: App,
  { incidentId, component, step }: Pick<StoredRecovery, 'incidentId' | 'component' | 'step'>,
  { why, eventKey }: { readonly why: string; readonly eventKey: string },
): Statement[] {
  return [
    writeBrain(app.sql, [escalationRow(component, incidentId, why, eventKey)]),
    ...(incidentId === null
      ? []
      : [
          updateIncident(app.sql, { id: incidentId, step, needsPerson: true, refusal: null }),
          addIncidentEvents(app.sql, [
            { incidentId, kind: 'paged', who: null, text: why, eventKey },
          ]),
        ]),
  ];
}
