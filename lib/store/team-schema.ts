import * as z from 'zod';
import { type Schema, SchemaColumn } from '../domain/decide/schema-changes.js';
import { AppError } from '../errors.js';
import { parseFirst } from './rows.js';
import { askTeam, type TeamDatabase } from './team-database.js';

/** Columns of a database that are looked at, at most: half a database compared would call the rest gone. */
const COLUMNS = 5000;

/** How long the server may work at it, milliseconds; 5,000 columns take some 30 ms. */
const STATEMENT_MS = 3000;

const FoundRow = z.object({ database: z.string(), columns: z.array(SchemaColumn).nullable() });

/**
 * Read the shape of a database: the columns of its tables and views. Only the catalogue is read, in a transaction
 * that may not write, never a row of a table.
 *
 * Left out are the server's own schemas, what belongs to an extension, and the parts of other tables (partitions, and
 * what inherits, as the chunks of TimescaleDB do), which come and go by themselves. Types are written out in full,
 * whatever the role's search path is: another role must not see other types.
 *
 * @param database - which one it must be; null is the connection's own
 * @throws {AppError} `refused` where the connection leads to another database, or it has more than 5,000 columns; as
 * {@link askTeam} does otherwise
 * @see https://www.postgresql.org/docs/current/catalog-pg-attribute.html
 */
export function readSchema(team: TeamDatabase, database: string | null): Promise<Schema> {
  return askTeam(team, async (sql) => {
    const [, , rows = []] = await sql.transaction([
      sql`set transaction read only`,
      sql`
        select
          set_config('statement_timeout', ${String(STATEMENT_MS)}::text, true),
          set_config('search_path', 'pg_catalog', true)`,
      sql`
        select
          current_database() as database,
          (
            select json_agg(found)
            from (
              select
                pg_namespace.nspname || '.' || pg_class.relname as table,
                pg_attribute.attname as column,
                format_type(pg_attribute.atttypid, pg_attribute.atttypmod)
                  || case when pg_attribute.attgenerated = '' then '' else ' (computed)' end as type,
                pg_attribute.attnotnull as "notNull",
                pg_attribute.atthasdef or pg_attribute.attidentity <> '' as "hasDefault"
              from pg_attribute
              join pg_class on pg_class.oid = pg_attribute.attrelid
              join pg_namespace on pg_namespace.oid = pg_class.relnamespace
              where pg_class.relkind in ('r', 'p', 'v', 'm', 'f')
              and not exists (select 1 from pg_inherits where pg_inherits.inhrelid = pg_class.oid)
              and pg_attribute.attnum > 0
              and not pg_attribute.attisdropped
              and pg_namespace.nspname !~ '^pg_'
              and pg_namespace.nspname <> 'information_schema'
              and not exists (
                select 1
                from pg_depend
                where pg_depend.classid = 'pg_class'::regclass
                and pg_depend.objid = pg_class.oid
                and pg_depend.deptype = 'e')
              order by 1, 2
              limit ${COLUMNS + 1}::int
            ) as found
          ) as columns`,
    ]);
    return checked(team, database, parseFirst(FoundRow, rows));
  });
}

function checked(
  { variable }: TeamDatabase,
  database: string | null,
  found: z.infer<typeof FoundRow> | null,
): Schema {
  if (database !== null && found?.database !== database) {
    throw new AppError('refused', `${variable} leads to another database than ${database}`);
  }
  const schema = found?.columns ?? [];
  if (schema.length <= COLUMNS) return schema;
  throw new AppError('refused', `the database in ${variable} has more than ${COLUMNS} columns`);
}
