import { type DecisionFacts, Facts } from './decision-fact-rows.js';
import { windowsInForce } from './freezes-in-force.js';
import type { Sql } from './sql.js';

/**
 * Read the facts of decisions in one statement, with the database's clock and the decision version.
 *
 * `freezes` holds the freezes in force and the maintenance windows that are open at that instant.
 * `closedIncidents` holds those of the last hour.
 * `recent` holds every recovery that is in flight, and those that began within the last day; what was
 * skipped, expired, or still waits for a yes has not begun.
 *
 * @returns null when there is no control row: nothing may be decided then
 */
export async function readDecisionFacts(sql: Sql, at: Date | null): Promise<DecisionFacts | null> {
  const instant = at?.toISOString() ?? null;
  const rows = await sql`
    select
      coalesce(${instant}::timestamptz, now()) as now,
      control.decision_version::text as version, control.paused, control.paused_why as "pausedWhy",
      control.settings, control.storm_since as "stormSince", control.calm_since as "calmSince",
      (select count(*)::int from components where removed_at is null) as components,
      (
        select count(*)::int
        from incidents
        join components on components.id = incidents.component_id
        where incidents.closed_at is null
        and components.removed_at is null
      ) as bad,
      coalesce((
        select json_agg(json_build_object(
          'component', components.name, 'since', incidents.opened_at,
          'isFailing', incidents.kind = 'failing',
          'isOwnChange', incidents.situation in ('deployment_regression', 'config_regression')))
        from incidents
        join components on components.id = incidents.component_id
        where incidents.closed_at is null
        and components.removed_at is null
      ), '[]'::json) as "openIncidents",
      coalesce((
        select json_agg(json_build_object(
          'component', components.name, 'since', incidents.opened_at,
          'closedAt', incidents.closed_at, 'isFailing', incidents.kind = 'failing',
          'isOwnChange', incidents.situation in ('deployment_regression', 'config_regression')))
        from incidents
        join components on components.id = incidents.component_id
        where incidents.closed_at > coalesce(${instant}::timestamptz, now()) - interval '1 hour'
        and incidents.closed_at <= coalesce(${instant}::timestamptz, now())
        and components.removed_at is null
      ), '[]'::json) as "closedIncidents",
      coalesce((
        select json_agg(json_build_object(
          'name', upstream.name,
          'silentSince', case
            when component_state.memory @? '$.scores[0]'
            and jsonb_typeof(component_state.memory -> 'unknownSince') = 'number'
            then to_timestamp((component_state.memory ->> 'unknownSince')::float8 / 1000) end))
        from (
          select distinct unnest(depends_on) as name
          from components
          where removed_at is null
        ) as upstream
        left join components as known on known.name = upstream.name and known.removed_at is null
        left join component_state on component_state.component_id = known.id
        where component_state.assessment ->> 'state' is null
        or component_state.assessment ->> 'state' not in ('healthy', 'degraded')
      ), '[]'::json) as "unsureUpstreams",
      coalesce((
        select json_agg(json_build_object('name', name, 'on', depends_on))
        from components
        where removed_at is null
        and depends_on <> '{}'
      ), '[]'::json) as dependencies,
      coalesce((
        select json_agg(json_build_object(
          'group', peer_group, 'kind', kind, 'members', members, 'peers', peers))
        from common_causes
        where ended_at is null
      ), '[]'::json) as "commonCauses",
      coalesce((
        select json_agg(id)
        from incidents
        where closed_at is null
        and kind = 'predicted'
        and opened_by = 'prediction'
      ), '[]'::json) as "predictedIncidents",
      coalesce((
        select json_agg(id)
        from rules
        where ended_at is null
        and enabled
      ), '[]'::json) as rules,
      coalesce((
        select json_agg(json_build_object('incidentId', id, 'rule', plan -> 'rule'))
        from incidents
        where closed_at is null
        and plan ? 'rule'
      ), '[]'::json) as "incidentRules",
      coalesce((
        select json_agg(json_build_object(
          'provider', provider, 'page', page, 'readAt', read_at))
        from provider_status
      ), '[]'::json) as providers,
      coalesce((
        select json_agg(json_build_object(
          'componentId', component_id, 'name', name, 'isRegistered', is_registered,
          'hasHealthUrl', has_health_url, 'state', state, 'assessedAt', assessed_at,
          'failedProbes', failed_probes, 'hasIncident', has_incident, 'servedBy', served_by))
        from standbys
      ), '[]'::json) as standbys,
      coalesce((
        select json_agg(json_build_object(
          'platform', failing.platform, 'failing', failing.names, 'components', (
            select count(*)::int
            from components
            where components.removed_at is null
            and ground_of(components.platform) = failing.platform)))
        from (
          select
            ground_of(components.platform) as platform,
            json_agg(json_build_object(
              'component', components.name,
              'since', coalesce(incidents.failed_at, incidents.opened_at))) as names
          from incidents
          join components on components.id = incidents.component_id
          where incidents.closed_at is null
          and incidents.kind = 'failing'
          and incidents.situation not in ('deployment_regression', 'config_regression')
          and components.removed_at is null
          and ground_of(components.platform) is not null
          group by 1
        ) as failing
      ), '[]'::json) as platforms,
      coalesce((
        select json_agg(json_build_object(
          'componentId', freezes.component_id, 'group', null, 'why', freezes.why,
          'until', freezes.ends_at))
        from freezes
        where freezes.lifted_at is null
        and freezes.starts_at <= coalesce(${instant}::timestamptz, now())
        and freezes.ends_at > coalesce(${instant}::timestamptz, now())
      ), '[]'::json) as freezes,
      coalesce((
        select json_agg(json_build_object(
          'componentId', component_id, 'group', peer_group, 'name', name, 'zone', zone,
          'rule', rule, 'why', why) order by name)
        from maintenance_windows
        where ended_at is null
      ), '[]'::json) as windows,
      coalesce((
        select json_agg(json_build_object(
          'componentId', deployments.component_id, 'version', deployments.version,
          'startedAt', deployments.started_at) order by deployments.started_at desc)
        from deployments
        where deployments.phase = 'started'
      ), '[]'::json) as deployments,
      coalesce((
        select json_agg(json_build_object(
          'id', recoveries.id, 'componentId', recoveries.component_id,
          'component', components.name, 'group', components.peer_group,
          'incidentId', recoveries.incident_id, 'action', recoveries.action_name,
          'origin', recoveries.origin, 'state', recoveries.state,
          'beganAt', coalesce(recoveries.started_at, recoveries.created_at),
          'actedAt', recoveries.acted_at, 'endedAt', recoveries.ended_at))
        from recoveries
        join components on components.id = recoveries.component_id
        where recoveries.state in ('planned', 'awaiting_approval', 'executing', 'verifying')
        or (
          recoveries.created_at > coalesce(${instant}::timestamptz, now()) - interval '25 hours'
          and recoveries.state not in ('skipped', 'expired'))
      ), '[]'::json) as recent
    from control
    where control.id = 1
    limit 1`;
  if (rows[0] === undefined) return null;
  const facts = Facts.parse(rows[0]);
  const open = windowsInForce(rows[0]['windows'], facts.now);
  return { ...facts, freezes: [...facts.freezes, ...open] };
}
