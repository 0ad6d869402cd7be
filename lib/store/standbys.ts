import * as z from 'zod';
import { MaybeInstant, parseRows } from './rows.js';
import type { Sql } from './sql.js';

/** What is known of the component that is to take another's place, as `StandbyFact` tells it. */
export const StoredStandby = z.object({
  componentId: z.number(),
  name: z.string(),
  isRegistered: z.boolean(),
  hasHealthUrl: z.boolean(),
  state: z.string().nullable(),
  assessedAt: MaybeInstant,
  failedProbes: z.number(),
  hasIncident: z.boolean(),
  servedBy: z.string().nullable(),
});
export type StoredStandby = z.infer<typeof StoredStandby>;

/** Read what is known of all standbys, by the component whose place they take. */
export async function readStandbys(sql: Sql): Promise<StoredStandby[]> {
  const rows = await sql`
    select
      component_id as "componentId", name, is_registered as "isRegistered",
      has_health_url as "hasHealthUrl", state, assessed_at as "assessedAt",
      failed_probes as "failedProbes", has_incident as "hasIncident", served_by as "servedBy"
    from standbys
    limit 10000`;
  return parseRows(StoredStandby, rows);
}
