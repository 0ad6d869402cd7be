import * as z from 'zod';
import { type Component, ComponentConfig } from '../domain/component.js';
import { Instant, parseFirst, parseRows } from './rows.js';
import type { Sql, Statement } from './sql.js';

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
 * @param filter.after - only those after this name: the cursor
 */
export async function listComponents(
  sql: Sql,
  filter: { name?: string; after?: string; limit: number },
): Promise<ComponentView[]> {
  const rows = await sql`
    select
      components.id, components.name, components.platform, components.mode, components.modes,
      components.limits, components.scale, components.depends_on, components.peer_group as "group",
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
    and (${filter.name ?? null}::text is null or components.name = ${filter.name ?? null}::text)
    and components.name > ${filter.after ?? ''}::text
    order by components.name
    limit ${filter.limit}::int`;
  return parseRows(ComponentViewRow, rows);
}

/** Read one component by its name, or null. */
export async function findComponent(sql: Sql, name: string): Promise<ComponentView | null> {
  const [found] = await listComponents(sql, { name, limit: 1 });
  return found ?? null;
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

/** Find the component that runs as this service of a platform, or null. */
export async function findByPlatform(
  sql: Sql,
  platform: string,
  serviceId: string,
): Promise<string | null> {
  const rows = await sql`
    select name
    from components
    where platform ->> 'type' = ${platform}::text
    and platform ->> 'service_id' = ${serviceId}::text
    and removed_at is null
    order by name
    limit 1`;
  return parseFirst(z.object({ name: z.string() }), rows)?.name ?? null;
}

/**
 * Register a component or replace its configuration.
 *
 * Raises the decision version in the same statement: a claim that was decided on the old
 * configuration takes nothing.
 */
export function putComponent(sql: Sql, name: string, config: ComponentConfig): Statement {
  return sql`
    with raised as (
      update control
      set decision_version = decision_version + 1
      where id = 1
    ),
    put as (
      insert into components (
        name, platform, mode, modes, limits, scale, depends_on, peer_group, health_url, labels)
      values (
        ${name}::text, ${JSON.stringify(config.platform)}::jsonb, ${config.mode}::text,
        ${JSON.stringify(config.modes)}::jsonb, ${JSON.stringify(config.limits)}::jsonb,
        ${config.scale === null ? null : JSON.stringify(config.scale)}::jsonb,
        ${config.depends_on}::text[], ${config.group}::text, ${config.health_url}::text,
        ${JSON.stringify(config.labels)}::jsonb)
      on conflict (name) do update
      set
        platform = excluded.platform, mode = excluded.mode, modes = excluded.modes,
        limits = excluded.limits, scale = excluded.scale, depends_on = excluded.depends_on,
        peer_group = excluded.peer_group, health_url = excluded.health_url,
        labels = excluded.labels, updated_at = now(), removed_at = null
      returning id
    ),
    kept as (
      select source, external_id
      from unnest(
        ${config.refs.map((ref) => ref.source)}::text[],
        ${config.refs.map((ref) => ref.id)}::text[]
      ) as kept (source, external_id)
    ),
    dropped as (
      delete from component_refs
      using put
      where component_refs.component_id = put.id
      and not exists (
        select 1
        from kept
        where kept.source = component_refs.source
        and kept.external_id = component_refs.external_id)
    )
    insert into component_refs (source, external_id, component_id)
    select kept.source, kept.external_id, put.id
    from kept, put
    on conflict (source, external_id) do update
    set component_id = excluded.component_id
    where component_refs.component_id = excluded.component_id
    returning source, external_id`;
}

/** Remove a component: its history stays, its configuration goes, nothing is done to it any more. */
export async function removeComponent(sql: Sql, name: string): Promise<boolean> {
  const rows = await sql`
    with raised as (
      update control
      set decision_version = decision_version + 1
      where id = 1
    ),
    removed as (
      update components
      set
        removed_at = now(), updated_at = now(), platform = '{"type": "none"}', mode = 'observe',
        modes = '{}', limits = '{}', scale = null, depends_on = '{}', peer_group = null,
        health_url = null, labels = '{}'
      where name = ${name}::text
      and removed_at is null
      returning id
    ),
    refs as (
      delete from component_refs
      using removed
      where component_refs.component_id = removed.id
    ),
    states as (
      delete from component_state
      using removed
      where component_state.component_id = removed.id
    ),
    closed as (
      update incidents
      set closed_at = now(), closed_why = 'the component was removed'
      from removed
      where incidents.component_id = removed.id
      and incidents.closed_at is null
    ),
    skipped as (
      update recoveries
      set state = 'skipped', ended_at = now(), error = 'the component was removed', token = token + 1
      from removed
      where recoveries.component_id = removed.id
      and recoveries.state in ('planned', 'awaiting_approval')
    )
    select id
    from removed`;
  return rows.length > 0;
}
