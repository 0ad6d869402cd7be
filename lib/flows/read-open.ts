import type { App } from '../app.js';
import { writeBrain } from '../store/brain.js';
import {
  type IncidentFilter,
  readIncidents,
  type StoredIncident,
  selectIncidents,
} from '../store/incidents.js';
import { readRecoveries, type StoredRecovery, selectRecoveries } from '../store/recoveries.js';
import type { Row } from '../store/sql.js';
import { escalationRow } from './brain-rows.js';
import { readEach } from './readable.js';

/** Open incidents that are decided on, and the recoveries of each. */
export interface OpenIncidents {
  readonly incidents: readonly StoredIncident[];
  readonly recoveries: readonly StoredRecovery[];
}

/**
 * Read open incidents and their recoveries, the worst first.
 *
 * One that cannot be read, as after a change by hand or by a newer version, keeps no other from being healed. It is
 * left alone, as is one of whose recoveries one cannot be read: nobody knows what was tried. A person is asked, once.
 */
export async function readOpen(
  app: App,
  filter: Pick<IncidentFilter, 'componentIds' | 'limit'>,
): Promise<OpenIncidents> {
  const rows = await selectIncidents(app.sql, { ...filter, state: 'open', worstFirst: true });
  const incidents = readEach(app, readIncidents, rows);
  const incidentIds = incidents.known.map(({ id }) => id);
  const recoveries = readEach(
    app,
    readRecoveries,
    await selectRecoveries(app.sql, { incidentIds, limit: 5000 }),
  );
  const doubtful = new Set(recoveries.unread.map((row) => row['incidentId']));
  const left = rows.filter((row) => incidents.unread.includes(row) || doubtful.has(row['id']));
  if (left.length > 0) await writeBrain(app.sql, left.map(leftRow));
  return {
    incidents: incidents.known.filter(({ id }) => !doubtful.has(id)),
    recoveries: recoveries.known,
  };
}

/** Told outside of any incident, as that one is told by nobody. */
function leftRow({ id, component }: Row) {
  const why = `incident ${id} cannot be read, or what was done for it: it is not healed until a person mends its row`;
  return escalationRow(String(component), null, why, `unreadable:${id}`);
}
