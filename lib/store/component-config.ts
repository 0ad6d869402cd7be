import * as z from 'zod';
import type { ComponentConfig } from '../domain/component.js';
import { parseFirst } from './rows.js';
import type { Sql, Statement } from './sql.js';

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
        name, platform, database, mode, modes, limits, scale, depends_on, standby, providers,
        peer_group, health_url, labels)
      values (
        ${name}::text, ${JSON.stringify(config.platform)}::jsonb,
        ${config.database === null ? null : JSON.stringify(config.database)}::jsonb, ${config.mode}::text,
        ${JSON.stringify(config.modes)}::jsonb, ${JSON.stringify(config.limits)}::jsonb,
        ${config.scale === null ? null : JSON.stringify(config.scale)}::jsonb,
        ${config.depends_on}::text[], ${config.standby}::text, ${config.providers}::text[], ${config.group}::text, ${config.health_url}::text,
        ${JSON.stringify(config.labels)}::jsonb)
      on conflict (name) do update
      set
        platform = excluded.platform, database = excluded.database, mode = excluded.mode, modes = excluded.modes,
        limits = excluded.limits, scale = excluded.scale, depends_on = excluded.depends_on, standby = excluded.standby,
        providers = excluded.providers, peer_group = excluded.peer_group, health_url = excluded.health_url,
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

/**
 * Remove a component: its history stays, its configuration goes, nothing is done to it any more, and what
 * was planned for it is told as skipped.
 */
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
        removed_at = now(), updated_at = now(), platform = '{"type": "none"}', database = null,
        mode = 'observe', modes = '{}', limits = '{}', scale = null, depends_on = '{}',
        providers = '{}', peer_group = null,
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
      returning
        recoveries.id, recoveries.incident_id, recoveries.action, recoveries.origin,
        recoveries.requested_by
    ),
    told as (
      insert into unified_brain (
        agent_name, action_type, input_data, output_data, success, metadata, event_key)
      select
        'enhanced_self_healing', 'remediation_skipped',
        jsonb_build_object(
          'action', skipped.action, 'origin', skipped.origin, 'requested_by', skipped.requested_by),
        jsonb_build_object('skipped', true, 'why', 'the component was removed'), true,
        jsonb_build_object(
          'recovery_id', skipped.id, 'incident_id', skipped.incident_id, 'component', ${name}::text),
        'skipped:' || skipped.id
      from skipped
      on conflict (event_key) do nothing
    )
    select id
    from removed`;
  return rows.length > 0;
}

/** The first of some references that belongs to another component, as `source:id`, or null. */
export async function takenRef(
  sql: Sql,
  name: string,
  refs: ComponentConfig['refs'],
): Promise<string | null> {
  const rows = await sql`
    select component_refs.source || ':' || component_refs.external_id as ref
    from component_refs
    join components on components.id = component_refs.component_id
    join unnest(
      ${refs.map((ref) => ref.source)}::text[],
      ${refs.map((ref) => ref.id)}::text[]
    ) as wanted (source, id)
      on wanted.source = component_refs.source and wanted.id = component_refs.external_id
    where components.name <> ${name}::text
    limit 1`;
  return parseFirst(z.object({ ref: z.string() }), rows)?.ref ?? null;
}
