import pg from 'pg';
import type { TestDatabase } from './database.js';

/** A clock that a test sets, and that a database takes for its own. */
export interface VirtualClock {
  set(at: Date): Promise<void>;
  close(): Promise<void>;
}

/**
 * Give a database a clock of the test's own: `now()` answers what the clock was set to, in statements, in
 * functions and in defaults of columns.
 *
 * To be called before anything else has connected to it: sessions look up `now` where the database says.
 */
export async function virtualClock({ pg: server }: TestDatabase, at: Date): Promise<VirtualClock> {
  const client = new pg.Client({ ...server });
  await client.connect();
  await client.query('create schema clock');
  await client.query('create table clock.hands (at timestamptz not null)');
  await client.query('insert into clock.hands values ($1)', [at]);
  await client.query(`
    create function clock.now() returns timestamptz
    language sql stable
    as 'select at from clock.hands'`);
  const { rows } = await client.query(`
    select format('alter table %I alter column %I set default clock.now()', table_name, column_name) as statement
    from information_schema.columns
    where table_schema = 'public'
    and column_default = 'now()'`);
  for (const { statement } of rows) await client.query(statement);
  await client.query(
    `alter database ${server.database} set search_path = clock, public, pg_catalog`,
  );
  return {
    set: async (instant) => void (await client.query('update clock.hands set at = $1', [instant])),
    close: () => client.end(),
  };
}
