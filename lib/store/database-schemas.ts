import * as z from 'zod';
import { Instant, parseRows } from './rows.js';
import type { Sql, Statement } from './sql.js';

/** A shape of a database as it was seen, without its columns. */
export const SeenSchemaRow = z.object({ id: z.string(), firstSeen: Instant, lastSeen: Instant });

/** Shapes of one component's databases that are kept, at most: what ran with an older one has no artifact any more. */
const SCHEMAS = 20;

/** What a look at a component's database has found. */
export interface FoundSchema {
  readonly componentId: number;
  /** Which database, `databasePlace` in lib/flows/database-place.ts. */
  readonly place: string;
  /** Names the shape: two of one fingerprint are the same. */
  readonly fingerprint: string;
  /** The shape, sealed: names of tables and columns may tell of people, as where each customer has tables. */
  readonly sealed: string;
  /** When the look began: what was altered later may not be seen by it. */
  readonly seenAt: Date;
}

/**
 * Keep what a look has found: a new row where the shape has changed, else that it still stood. One look after another
 * is written, and one that began before what is known by now changes nothing. Safe to repeat.
 */
export async function keepSchema(sql: Sql, found: FoundSchema): Promise<void> {
  const { componentId, place, fingerprint, sealed } = found;
  const seenAt = found.seenAt.toISOString();
  await sql.transaction([
    sql`select pg_advisory_xact_lock(hashtext('forestall:keep_schema'), ${componentId}::int)`,
    sql`
      with newest as (
        select id, fingerprint, last_seen
        from database_schemas
        where component_id = ${componentId}::int
        and place = ${place}::text
        order by first_seen desc, id desc
        limit 1
      ),
      still as (
        update database_schemas
        set last_seen = greatest(database_schemas.last_seen, ${seenAt}::timestamptz)
        from newest
        where database_schemas.id = newest.id
        and newest.fingerprint = ${fingerprint}::text
      )
      insert into database_schemas (component_id, place, fingerprint, sealed, first_seen, last_seen)
      select
        ${componentId}::int, ${place}::text, ${fingerprint}::text, ${sealed}::text,
        ${seenAt}::timestamptz, ${seenAt}::timestamptz
      where not exists (
        select 1
        from newest
        where newest.fingerprint = ${fingerprint}::text
        or newest.last_seen >= ${seenAt}::timestamptz)`,
  ]);
}

/** Read the shape in which a component's database was seen last; none where the place is null. */
export function selectNewestSchema(sql: Sql, componentId: number, place: string | null): Statement {
  return sql`
    select id::text, first_seen as "firstSeen", last_seen as "lastSeen"
    from database_schemas
    where component_id = ${componentId}::int
    and place = ${place}::text
    order by first_seen desc, id desc
    limit 1`;
}

const WholeRow = SeenSchemaRow.extend({ sealed: z.string() });

/** A shape as it is stored. */
export type StoredSchema = z.infer<typeof WholeRow>;

/** Read the shapes that a component's database has had, newest first. */
export async function readSchemas(
  sql: Sql,
  componentId: number,
  place: string,
): Promise<StoredSchema[]> {
  const rows = await sql`
    select id::text, first_seen as "firstSeen", last_seen as "lastSeen", sealed
    from database_schemas
    where component_id = ${componentId}::int
    and place = ${place}::text
    order by first_seen desc, id desc
    limit ${SCHEMAS}::int`;
  return parseRows(WholeRow, rows);
}

/** Forget the shapes of components that were removed, and of others all but the newest. Safe to repeat. */
export function forgetSchemas(sql: Sql): Statement {
  return sql`
    delete from database_schemas
    using (
      select
        database_schemas.id, components.removed_at,
        row_number() over (
          partition by database_schemas.component_id
          order by database_schemas.first_seen desc, database_schemas.id desc) as place
      from database_schemas
      join components on components.id = database_schemas.component_id
    ) as ranked
    where database_schemas.id = ranked.id
    and (ranked.removed_at is not null or ranked.place > ${SCHEMAS}::int)`;
}
