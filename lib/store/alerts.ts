import * as z from 'zod';
import { Instant, parseRows } from './rows.js';
import type { Sql, Statement } from './sql.js';

/** An alert of a monitoring tool, as it is kept. */
export interface StoredAlert {
  readonly source: string;
  readonly dedupKey: string;
  readonly componentId: number | null;
  readonly severity: string;
  readonly title: string;
  readonly status: 'firing' | 'resolved';
  readonly startedAt: Date;
}

/**
 * Keep alerts; a repeat changes nothing but the time it was last seen, and an alert that was
 * resolved stays so when an older firing message arrives late. Answers those that are new or changed.
 */
export function putAlerts(sql: Sql, alerts: readonly StoredAlert[]): Statement {
  return sql`
    with put as (
      insert into alerts as old (
        source, dedup_key, component_id, severity, title, status, started_at, resolved_at)
      select
        source, dedup_key, component_id, severity, title, status, started_at,
        case when status = 'resolved' then now() end
      from unnest(
        ${alerts.map((alert) => alert.source)}::text[],
        ${alerts.map((alert) => alert.dedupKey)}::text[],
        ${alerts.map((alert) => alert.componentId)}::int[],
        ${alerts.map((alert) => alert.severity)}::text[],
        ${alerts.map((alert) => alert.title)}::text[],
        ${alerts.map((alert) => alert.status)}::text[],
        ${alerts.map((alert) => alert.startedAt.toISOString())}::timestamptz[]
      ) as seen (source, dedup_key, component_id, severity, title, status, started_at)
      order by source, dedup_key
      on conflict (source, dedup_key) do update
      set
        status = excluded.status, seen_at = now(),
        resolved_at = coalesce(old.resolved_at, excluded.resolved_at)
      where old.status = 'firing'
      -- A row that was there has been locked by this very statement; a new one by nobody.
      returning dedup_key, status, xmax = 0 as is_new
    )
    select dedup_key
    from put
    where is_new
    or status = 'resolved'`;
}

const FiringRow = z.object({
  componentId: z.number(),
  severity: z.string(),
  title: z.string(),
  source: z.string(),
  startedAt: Instant,
});

/** An alert that is firing on a component. */
export type FiringAlert = z.infer<typeof FiringRow>;

/** Read the alerts that fire on components of a range of ids; one not resolved for a day is stale. */
export async function firingAlerts(
  sql: Sql,
  range: { fromId: number; toId: number },
): Promise<FiringAlert[]> {
  const rows = await sql`
    select component_id as "componentId", severity, title, source, started_at as "startedAt"
    from alerts
    where status = 'firing'
    and component_id between ${range.fromId}::int and ${range.toId}::int
    and seen_at > now() - interval '1 day'
    order by started_at
    limit 5000`;
  return parseRows(FiringRow, rows);
}
