import * as z from 'zod';
import { ScheduleRule } from '../domain/decide/maintenance/schedule.js';
import { Instant, MaybeInstant, parseRows } from './rows.js';
import type { Sql, Statement } from './sql.js';

/** A maintenance window that is to be kept; it covers everything where it names neither component nor group. */
export interface NewMaintenanceWindow {
  readonly id: string;
  readonly name: string;
  readonly component: string | null;
  readonly group: string | null;
  readonly zone: string;
  readonly rule: ScheduleRule;
  readonly mute: boolean;
  readonly why: string;
  readonly who: string;
}

/** A rule as it is kept; null where this version cannot read it, which counts as open. */
export const KeptRule = ScheduleRule.nullable().catch(null);

const WindowRow = z.object({
  id: z.string(),
  name: z.string(),
  component: z.string().nullable(),
  componentId: z.number().nullable(),
  group: z.string().nullable(),
  zone: z.string(),
  rule: KeptRule,
  mute: z.boolean(),
  why: z.string(),
  createdBy: z.string(),
  createdAt: Instant,
  endedAt: MaybeInstant,
  /** Components that it covers now. */
  covered: z.number(),
});

/** A maintenance window as it is kept. */
export type StoredMaintenanceWindow = z.infer<typeof WindowRow>;

/**
 * Keep a maintenance window; raises the decision version. Answers nothing for an unknown component.
 *
 * Fails with 23505 for a name that another window has, so that nothing of its transaction stands.
 */
export function addMaintenanceWindow(sql: Sql, window: NewMaintenanceWindow): Statement {
  return sql`
    with target as (
      select (
        select id from components where name = ${window.component}::text and removed_at is null
      ) as id
    ),
    raised as (
      update control
      set decision_version = decision_version + 1
      where id = 1
    )
    insert into maintenance_windows (
      id, name, component_id, peer_group, everything, zone, rule, mute, why, created_by)
    select
      ${window.id}::uuid, ${window.name}::text, target.id, ${window.group}::text,
      ${window.component === null && window.group === null}::boolean, ${window.zone}::text,
      ${JSON.stringify(window.rule)}::jsonb, ${window.mute}::boolean, ${window.why}::text,
      ${window.who}::text
    from target
    where ${window.component}::text is null
    or target.id is not null
    returning id::text`;
}

/** End a maintenance window for good; raises the decision version. */
export function endMaintenanceWindow(sql: Sql, id: string): Statement {
  return sql`
    with raised as (
      update control
      set decision_version = decision_version + 1
      where id = 1
    )
    update maintenance_windows
    set ended_at = now()
    where id = ${id}::uuid
    and ended_at is null
    returning id::text`;
}

/**
 * Read the maintenance windows that stood at some time in a span; without one, those that stand now.
 * By name.
 */
export async function listMaintenanceWindows(
  sql: Sql,
  span: { readonly from: Date; readonly until: Date } | null = null,
): Promise<StoredMaintenanceWindow[]> {
  const rows = await sql`
    select
      maintenance_windows.id::text, maintenance_windows.name, components.name as component,
      maintenance_windows.component_id as "componentId", maintenance_windows.peer_group as "group",
      maintenance_windows.zone, maintenance_windows.rule, maintenance_windows.mute,
      maintenance_windows.why, maintenance_windows.created_by as "createdBy",
      maintenance_windows.created_at as "createdAt", maintenance_windows.ended_at as "endedAt",
      (
        select count(*)::int
        from components as covered
        where covered.removed_at is null
        and (
          maintenance_windows.everything
          or covered.id = maintenance_windows.component_id
          or covered.peer_group = maintenance_windows.peer_group)
      ) as covered
    from maintenance_windows
    left join components on components.id = maintenance_windows.component_id
    where (
      ${span?.from.toISOString() ?? null}::timestamptz is null
      and maintenance_windows.ended_at is null)
    or (
      maintenance_windows.created_at < ${span?.until.toISOString() ?? null}::timestamptz
      and coalesce(maintenance_windows.ended_at, 'infinity')
        > ${span?.from.toISOString() ?? null}::timestamptz)
    order by maintenance_windows.name, maintenance_windows.created_at
    limit 10000`;
  return parseRows(WindowRow, rows);
}

const MutingRow = WindowRow.pick({ zone: true, rule: true }).extend({
  covers: z.array(z.number()).nullable(),
});

/** A window in which people are told nothing, with the ids of the components that it covers; null is all. */
export type MutingWindow = z.infer<typeof MutingRow>;

/** Read the windows that stand in which people are to be told nothing. */
export async function readMutingWindows(sql: Sql): Promise<MutingWindow[]> {
  const rows = await sql`
    select
      zone, rule,
      case
        when everything then null
        else (
          select coalesce(array_agg(components.id), '{}')
          from components
          where components.removed_at is null
          and (
            components.id = maintenance_windows.component_id
            or components.peer_group = maintenance_windows.peer_group))
      end as covers
    from maintenance_windows
    where ended_at is null
    and mute
    order by name
    limit 10000`;
  return parseRows(MutingRow, rows);
}
