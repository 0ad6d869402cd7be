import * as z from 'zod';
import { type Component, ComponentConfig } from '../domain/component.js';
import { NAMED_BY, type NamingPlatform } from '../domain/named-by.js';
import { Instant, parseFirst, parseRows } from './rows.js';
import type { Sql } from './sql.js';

const ComponentRow = ComponentConfig.extend({
  id: z.number().int(),
  name: z.string(),
  createdAt: Instant,
});

/** A component with its last assessment, as a list shows it. */
export interface ComponentView extends Component {
  /** The last assessment as JSON, or null before the first sweep. */
  readonly assessment: Record<string, unknown> | null;
  readonly assessedAt: Date | null;
  readonly incidentId: string | null;
  readonly agentPresent: boolean;
}

const ComponentViewRow = ComponentRow.extend({
  assessment: z.record(z.string(), z.unknown()).nullable(),
  assessedAt: Instant.nullable(),
  incidentId: z.string().nullable(),
  agentPresent: z.boolean(),
});

/** How long after its last push an agent still counts as present, seconds. */
const AGENT_PRESENT_S = 120;

/**
 * Read components by name order, with their last assessment and open incident.
 *
 * @param filter.name - only this one
 * @param filter.ids - only these
 * @param filter.after - only those after this name: the cursor
 */
export async function listComponents(
  sql: Sql,
  filter: { name?: string; ids?: readonly number[]; after?: string; limit: number },
): Promise<ComponentView[]> {
  const { name = null, ids = null, after = '' } = filter;
  const rows = await sql`
    select
      components.id, components.name, components.platform, components.database, components.mode,
      components.modes, components.limits, components.scale, components.depends_on,
      components.standby, components.providers, components.peer_group as "group",
      components.health_url, components.labels, components.created_at as "createdAt",
      coalesce((
        select json_agg(json_build_object('source', source, 'id', external_id) order by source, external_id)
        from component_refs
        where component_refs.component_id = components.id
      ), '[]'::json) as refs,
      component_state.assessment, component_state.assessed_at as "assessedAt",
      (
        select incidents.id::text
        from incidents
        where incidents.component_id = components.id
        and incidents.closed_at is null
      ) as "incidentId",
      exists (
        select 1
        from instances
        where instances.component_id = components.id
        and instances.pushed_at > now() - make_interval(secs => ${AGENT_PRESENT_S}::float8)
      ) as "agentPresent"
    from components
    left join component_state on component_state.component_id = components.id
    where components.removed_at is null
    and (${name}::text is null or components.name = ${name}::text)
    and (${ids}::int[] is null or components.id = any (${ids}::int[]))
    and components.name > ${after}::text
    order by components.name
    limit ${filter.limit}::int`;
  return parseRows(ComponentViewRow, rows);
}

/** Read one component by its name, or null. */
export async function findComponent(sql: Sql, name: string): Promise<ComponentView | null> {
  const [found] = await listComponents(sql, { name, limit: 1 });
  return found ?? null;
}

/** Read some components by their ids. */
export async function componentsById(
  sql: Sql,
  ids: readonly number[],
): Promise<Map<number, ComponentView>> {
  const found = await listComponents(sql, { ids, limit: ids.length });
  return new Map(found.map((component) => [component.id, component]));
}

/** Find the component that an outside system calls by one of these ids; the first that is known wins. */
export async function resolveRef(
  sql: Sql,
  source: string,
  candidates: readonly string[],
): Promise<{ id: number; name: string } | null> {
  const rows = await sql`
    select components.id, components.name
    from unnest(${candidates}::text[]) with ordinality as candidate (external_id, rank)
    join lateral (
      select component_refs.component_id as id
      from component_refs
      where component_refs.source = ${source}::text
      and component_refs.external_id = candidate.external_id
      union all
      select components.id
      from components
      where components.name = candidate.external_id
    ) as found on true
    join components on components.id = found.id and components.removed_at is null
    order by candidate.rank
    limit 1`;
  return parseFirst(z.object({ id: z.number(), name: z.string() }), rows);
}

/** Find the components that run as this service of a platform, by name; ten at the most. */
export async function findByPlatform(
  sql: Sql,
  platform: NamingPlatform,
  serviceId: string,
): Promise<string[]> {
  const rows = await sql`
    select name
    from components
    where platform ->> 'type' = ${platform}::text
    and platform ->> ${NAMED_BY[platform]}::text = ${serviceId}::text
    and removed_at is null
    order by name
    limit 10`;
  return parseRows(z.object({ name: z.string() }), rows).map(({ name }) => name);
}

/** Count the components that are registered. */
export async function countComponents(sql: Sql): Promise<number> {
  const [row] = await sql`
    select count(*)::int as components
    from components
    where removed_at is null`;
  return z.number().parse(row?.['components']);
}

/** Whether any registered component is in a group. */
export async function groupExists(sql: Sql, group: string): Promise<boolean> {
  const rows = await sql`
    select id
    from components
    where peer_group = ${group}::text
    and removed_at is null
    limit 1`;
  return rows.length > 0;
}
