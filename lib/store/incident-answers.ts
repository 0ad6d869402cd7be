import type { Plan } from '../domain/decide/incident.js';
import type { Premise } from '../domain/decide/recovery.js';
import type { Sql, Statement } from './sql.js';

/** Note that a person has seen an open incident; answers nothing where somebody has before. */
export function acknowledgeIncident(sql: Sql, id: string, who: string): Statement {
  return sql`
    update incidents
    set acknowledged_at = now(), acknowledged_by = ${who}::text
    where id = ${id}::uuid
    and closed_at is null
    and acknowledged_at is null
    returning id::text, acknowledged_by as by`;
}

/** Ends the transaction (FS001) unless {@link acknowledgeIncident} took effect in it. */
export function holdAcknowledged(sql: Sql, id: string): Statement {
  // now() is the instant at which this transaction began.
  return sql`
    select hold_change(exists (
      select 1
      from incidents
      where id = ${id}::uuid
      and acknowledged_at = now()))`;
}

/** Keep a person's word on whether the failure was real. */
export function labelIncident(
  sql: Sql,
  id: string,
  label: 'real' | 'false_alarm',
  who: string,
): Statement {
  return sql`
    update incidents
    set label = ${label}::text, labelled_by = ${who}::text
    where id = ${id}::uuid
    returning id::text`;
}

/** A failure that no incident tells of, as a person tells it afterwards. */
export interface ToldFailure {
  readonly id: string;
  readonly componentId: number;
  readonly failedAt: Date;
  readonly endedAt: Date;
  readonly plan: Plan;
  readonly premise: Premise;
  readonly who: string;
}

/**
 * Keep a failure that a person tells of as a closed incident, real by that person's word. Answers nothing
 * where an incident tells of that time already.
 */
export function addToldFailure(sql: Sql, told: ToldFailure): Statement {
  const { plan } = told;
  return sql`
    insert into incidents (
      id, component_id, kind, severity, opened_by, situation, cause, plan, premise, needs_person,
      opened_at, failed_at, closed_at, closed_why, label, labelled_by)
    select
      ${told.id}::uuid, ${told.componentId}::int, 'failing', 'high', 'person',
      ${plan.situation}::text, ${plan.cause}::text, ${JSON.stringify(plan)}::jsonb,
      ${JSON.stringify(told.premise)}::jsonb, true, ${told.failedAt.toISOString()}::timestamptz,
      ${told.failedAt.toISOString()}::timestamptz, ${told.endedAt.toISOString()}::timestamptz,
      ${`told afterwards by ${told.who}`}::text, 'real', ${told.who}::text
    where not exists (
      select 1
      from incidents
      where incidents.component_id = ${told.componentId}::int
      and incidents.opened_at <= ${told.endedAt.toISOString()}::timestamptz
      and (
        incidents.closed_at is null
        or incidents.closed_at >= ${told.failedAt.toISOString()}::timestamptz))
    returning id::text`;
}

/** Ends the transaction (FS001) unless {@link addToldFailure} took effect in it. */
export function holdToldFailure(sql: Sql, id: string): Statement {
  return sql`
    select hold_change(exists (
      select 1
      from incidents
      where id = ${id}::uuid))`;
}
