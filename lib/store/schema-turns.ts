import * as z from 'zod';
import { Instant, parseFirst } from './rows.js';
import type { Sql } from './sql.js';

/** Begin a look outside the ledger's own: the instant by the database's clock, which all looks are compared by. */
export async function beginSchemaLook(sql: Sql): Promise<Date> {
  const rows = await sql`select now() as now`;
  return Instant.parse(rows[0]?.['now']);
}

const TurnRow = z.object({ at: Instant, isFirst: z.boolean() });

/** A look at a schema that is to be made. */
export interface SchemaTurn {
  /** When it began. */
  readonly at: Date;
  /** Whether it is the first since some state is known. */
  readonly isFirst: boolean;
}

/**
 * Take the turn to look at the schema of a component's database. Of two that ask at once, or within `everyS`, one
 * gets it, unless a state is known since: what it began with is to be known soon. Nobody does before the component
 * was looked at itself.
 *
 * Turns are named by that look, as the states that it finds are: those are not known yet while a turn is taken in it,
 * so that the turn in the look after it is their first. (Their instants have gone through JavaScript, and have only
 * milliseconds.)
 *
 * @returns null when the turn is another's
 */
export async function takeSchemaTurn(
  sql: Sql,
  componentId: number,
  everyS: number,
): Promise<SchemaTurn | null> {
  const rows = await sql`
    update known_state_looks
    set schema_looked_at = known_state_looks.looked_at
    from (
      select
        looks.component_id,
        exists (
          select 1
          from known_states
          where known_states.component_id = looks.component_id
          and known_states.first_seen < date_trunc('milliseconds', looks.looked_at)
          and (
            looks.schema_looked_at is null
            or known_states.first_seen >= date_trunc('milliseconds', looks.schema_looked_at))
        ) as is_first
      from known_state_looks as looks
      where looks.component_id = ${componentId}::int
      for update
    ) as turn
    where known_state_looks.component_id = turn.component_id
    and (
      turn.is_first
      or known_state_looks.schema_looked_at is null
      or known_state_looks.schema_looked_at <= now() - make_interval(secs => ${everyS}::float8))
    returning now() as at, turn.is_first as "isFirst"`;
  return parseFirst(TurnRow, rows);
}
