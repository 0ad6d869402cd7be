import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { NeonQueryFunction } from '@neondatabase/serverless';
import { splitStatements } from './split-statements.js';
import { sqlState } from './sql.js';

/** One file of `sql/`: its number and its statements. */
interface Migration {
  readonly number: number;
  readonly name: string;
  readonly statements: readonly string[];
}

const FOLDER = fileURLToPath(new URL('../../sql/', import.meta.url));

async function readMigrations(): Promise<Migration[]> {
  const names = (await readdir(FOLDER)).filter((name) => /^\d{6}_.+\.sql$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => ({
      number: Number(name.slice(0, 6)),
      name,
      statements: splitStatements(await readFile(`${FOLDER}/${name}`, 'utf8')),
    })),
  );
}

async function applied(neon: NeonQueryFunction<false, false>): Promise<Set<number>> {
  // Under the lock: two callers that make the same table at once collide in the catalogue.
  const [, , rows] = await neon.transaction([
    neon`select pg_advisory_xact_lock(hashtext('forestall:migrate'))`,
    neon`
      create table if not exists schema_migrations (
        number int primary key,
        name text not null,
        applied_at timestamptz not null default now()
      )`,
    neon`
      select number
      from schema_migrations
      order by number
      limit 10000`,
  ]);
  return new Set((rows ?? []).map((row) => Number(row['number'])));
}

/**
 * Bring the database's schema up to date, and say which files were applied.
 *
 * Each file is one transaction that first takes a lock and writes the file's number, so that of two
 * callers one applies it and the other finds it done. Safe to repeat at any time.
 */
export async function migrate(neon: NeonQueryFunction<false, false>): Promise<string[]> {
  const done = await applied(neon);
  const names: string[] = [];
  for (const migration of await readMigrations()) {
    if (!done.has(migration.number) && (await apply(neon, migration))) names.push(migration.name);
  }
  return names;
}

async function apply(
  neon: NeonQueryFunction<false, false>,
  { number, name, statements }: Migration,
): Promise<boolean> {
  try {
    await neon.transaction([
      neon`select pg_advisory_xact_lock(hashtext('forestall:migrate'))`,
      neon`insert into schema_migrations (number, name) values (${number}::int, ${name}::text)`,
      ...statements.map((statement) => neon.query(statement)),
    ]);
    return true;
  } catch (error) {
    const constraint = (error as { constraint?: unknown }).constraint;
    if (sqlState(error) === '23505' && constraint === 'schema_migrations_pkey') return false;
    throw error;
  }
}
