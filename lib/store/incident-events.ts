import * as z from 'zod';
import { Instant, parseRows } from './rows.js';
import type { Sql, Statement } from './sql.js';

/** One line of an incident's timeline. */
export interface IncidentEvent {
  readonly incidentId: string;
  readonly kind:
    | 'opened'
    | 'escalated'
    | 'refused'
    | 'planned'
    | 'awaiting_approval'
    | 'approved'
    | 'rejected'
    | 'executing'
    | 'acted'
    | 'verified'
    | 'failed'
    | 'undone'
    | 'handed_back'
    | 'paged'
    | 'acknowledged'
    | 'snoozed'
    | 'labelled'
    | 'alert'
    | 'common_cause'
    | 'cause'
    | 'closed';
  readonly who: string | null;
  readonly text: string;
  readonly data?: Readonly<Record<string, unknown>>;
  /** Names what is told: a second line of the same key is not written. */
  readonly eventKey: string | null;
}

/** Add lines in the order given; those whose key is there already are passed over. */
export function addIncidentEvents(sql: Sql, events: readonly IncidentEvent[]): Statement {
  return sql`
    insert into incident_events (incident_id, kind, who, text, data, event_key)
    select incident_id, kind, who, text, data, event_key
    from unnest(
      ${events.map((event) => event.incidentId)}::uuid[],
      ${events.map((event) => event.kind)}::text[],
      ${events.map((event) => event.who)}::text[],
      ${events.map((event) => event.text)}::text[],
      ${events.map((event) => (event.data === undefined ? null : JSON.stringify(event.data)))}::jsonb[],
      ${events.map((event) => event.eventKey)}::text[]
    ) with ordinality as told (incident_id, kind, who, text, data, event_key, place)
    where exists (select 1 from incidents where incidents.id = told.incident_id)
    order by place
    on conflict (event_key) do nothing`;
}

const EventRow = z.object({
  at: Instant,
  kind: z.string(),
  who: z.string().nullable(),
  text: z.string(),
  data: z.record(z.string(), z.unknown()).nullable(),
});

/** Read an incident's timeline, oldest first, at most 500 lines. */
export async function incidentTimeline(
  sql: Sql,
  incidentId: string,
): Promise<z.infer<typeof EventRow>[]> {
  const rows = await sql`
    select at, kind, who, text, data
    from incident_events
    where incident_id = ${incidentId}::uuid
    order by id
    limit 500`;
  return parseRows(EventRow, rows);
}
