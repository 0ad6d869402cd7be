import type { Incident, Plan } from '../domain/decide/incident.js';
import type { Premise } from '../domain/decide/recovery.js';
import type { OpenedBy } from './incidents.js';
import type { Sql, Statement } from './sql.js';

/** An incident to be opened. */
export interface NewIncident {
  readonly id: string;
  readonly componentId: number;
  readonly kind: 'predicted' | 'failing';
  readonly severity: 'critical' | 'high' | 'medium';
  readonly openedBy: OpenedBy;
  readonly plan: Plan;
  readonly premise: Premise;
  readonly predictedFailureAt: Date | null;
}

/**
 * Open incidents; a component that has one already keeps it, and one that was removed meanwhile gets none.
 * Answers the ids that were opened.
 */
export function openIncidents(sql: Sql, incidents: readonly NewIncident[]): Statement {
  return sql`
    insert into incidents (
      id, component_id, kind, severity, opened_by, situation, cause, plan, premise,
      predicted_failure_at, failed_at)
    select
      id, component_id, kind, severity, opened_by, plan ->> 'situation', plan ->> 'cause', plan,
      premise, predicted_failure_at, case when kind = 'failing' then now() end
    from unnest(
      ${incidents.map((one) => one.id)}::uuid[],
      ${incidents.map((one) => one.componentId)}::int[],
      ${incidents.map((one) => one.kind)}::text[],
      ${incidents.map((one) => one.severity)}::text[],
      ${incidents.map((one) => one.openedBy)}::text[],
      ${incidents.map((one) => JSON.stringify(one.plan))}::jsonb[],
      ${incidents.map((one) => JSON.stringify(one.premise))}::jsonb[],
      ${incidents.map((one) => one.predictedFailureAt?.toISOString() ?? null)}::timestamptz[]
    ) as opened (
      id, component_id, kind, severity, opened_by, plan, premise, predicted_failure_at)
    where exists (
      select 1
      from components
      where components.id = opened.component_id
      and components.removed_at is null
      for share)
    on conflict (component_id) where closed_at is null do nothing
    returning id::text`;
}

/** Raise an open incident: it became real, or more severe. */
export function escalateIncidents(
  sql: Sql,
  changes: readonly { id: string; kind: Incident['kind']; severity: Incident['severity'] }[],
): Statement {
  return sql`
    update incidents
    set
      kind = change.kind, severity = change.severity,
      failed_at = case when change.kind = 'failing' then coalesce(failed_at, now()) end
    from unnest(
      ${changes.map((one) => one.id)}::uuid[],
      ${changes.map((one) => one.kind)}::text[],
      ${changes.map((one) => one.severity)}::text[]
    ) as change (id, kind, severity)
    where incidents.id = change.id
    and incidents.closed_at is null`;
}

/**
 * Give open incidents that were opened without a known cause a plan for one, from its first step on. One that a person
 * has taken up meanwhile, be it by something that they asked for, or for whose component something is in flight, keeps
 * the plan that it has.
 */
export function replanIncidents(
  sql: Sql,
  changes: readonly { id: string; plan: Plan }[],
): Statement {
  return sql`
    update incidents
    set
      situation = change.plan ->> 'situation', cause = change.plan ->> 'cause', plan = change.plan,
      step = 0, refusal = null
    from unnest(
      ${changes.map((one) => one.id)}::uuid[],
      ${changes.map((one) => JSON.stringify(one.plan))}::jsonb[]
    ) as change (id, plan)
    where incidents.id = change.id
    and incidents.closed_at is null
    and incidents.acknowledged_at is null
    and incidents.situation in ('unknown', 'down')
    and incidents.plan -> 'anew' is null
    and not exists (
      select 1
      from recoveries
      where recoveries.component_id = incidents.component_id
      and (
        recoveries.ended_at is null
        or recoveries.origin = 'person' and recoveries.created_at >= incidents.opened_at))`;
}

/**
 * Close open incidents, and skip what was still planned for them.
 *
 * Recoveries that are executing or verifying go on to their end by themselves.
 */
export function closeIncidents(
  sql: Sql,
  closings: readonly { id: string; why: string }[],
): Statement {
  return sql`
    with closed as (
      update incidents
      set closed_at = now(), closed_why = closing.why, refusal = null
      from unnest(
        ${closings.map((one) => one.id)}::uuid[],
        ${closings.map((one) => one.why)}::text[]
      ) as closing (id, why)
      where incidents.id = closing.id
      and incidents.closed_at is null
      returning incidents.id
    ),
    skipped as (
      update recoveries
      set
        state = 'skipped', ended_at = now(), token = recoveries.token + 1,
        error = 'the incident closed before this was needed'
      from closed
      where recoveries.incident_id = closed.id
      and recoveries.state in ('planned', 'awaiting_approval')
    )
    select id::text
    from closed`;
}
