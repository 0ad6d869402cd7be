import type { App } from '../app.js';
import { readIncidents, selectIncidents } from '../store/incidents.js';

/** When an incident opened; null where there is none. */
export async function incidentOpenedAt(app: App, id: string | null): Promise<Date | null> {
  if (id === null) return null;
  const [incident] = readIncidents(await selectIncidents(app.sql, { id, limit: 1 }));
  return incident?.openedAt ?? null;
}
