import type { Sql, Statement } from './sql.js';

/** Note that a person has seen an incident; the first one stays. Answers nothing when it is not open. */
export function acknowledgeIncident(sql: Sql, id: string, who: string): Statement {
  return sql`
    update incidents
    set
      acknowledged_at = coalesce(acknowledged_at, now()),
      acknowledged_by = coalesce(acknowledged_by, ${who}::text)
    where id = ${id}::uuid
    and closed_at is null
    returning id::text, acknowledged_by as by`;
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
