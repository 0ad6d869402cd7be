import * as z from 'zod';
import { Instant, MaybeInstant, parseRows } from './rows.js';
import type { Sql } from './sql.js';

const EscalationRow = z.object({
  key: z.string(),
  componentId: z.number(),
  component: z.string(),
  why: z.string(),
  at: Instant,
  endedAt: MaybeInstant,
});

/** Something about a component that a person is asked to look at, outside any incident. */
export type Escalation = z.infer<typeof EscalationRow>;

/**
 * Read the escalations of the last day that no incident tells of, newest first, at most 1,000: their incident
 * was over by then, or there was none. A component that had fallen silent has come to an end of it when it
 * sends again, or is removed.
 */
export async function readEscalations(sql: Sql): Promise<Escalation[]> {
  const rows = await sql`
    select
      unified_brain.event_key as key, components.id as "componentId", components.name as component,
      unified_brain.input_data ->> 'why' as why, unified_brain.executed_at as at,
      coalesce(
        components.removed_at,
        case when unified_brain.output_data ->> 'state' = 'unknown'
          and component_state.last_sample_at > unified_brain.executed_at
          then component_state.last_sample_at end) as "endedAt"
    from unified_brain
    join components on components.name = unified_brain.metadata ->> 'component'
    left join component_state on component_state.component_id = components.id
    left join incidents on incidents.id::text = unified_brain.metadata ->> 'incident_id'
    where unified_brain.action_type = 'escalation'
    and unified_brain.executed_at > now() - interval '1 day'
    and unified_brain.event_key is not null
    and unified_brain.input_data ->> 'why' is not null
    and (incidents.id is null or incidents.closed_at <= unified_brain.executed_at)
    order by unified_brain.executed_at desc
    limit 1000`;
  return parseRows(EscalationRow, rows);
}
