import { neon, neonConfig } from '@neondatabase/serverless';
import { type Sql, wrapSql } from '../../store/sql.js';
import { startDatabase } from '../database.js';

/** A database to read from. */
export interface OpenDatabase {
  readonly sql: Sql;
  close(): Promise<void>;
}

const isNeon = (databaseUrl: string): boolean =>
  URL.canParse(databaseUrl) && /\.neon\.(tech|build)$/.test(new URL(databaseUrl).hostname);

function reader(databaseUrl: string, close: () => Promise<void>): OpenDatabase {
  return { sql: wrapSql(neon(databaseUrl), async () => false), close };
}

/**
 * Open the database that the environment names: one at Neon, one behind `NEON_FETCH_ENDPOINT`, or any other
 * Postgres by its address.
 *
 * @throws {Error} in one line, when none is named or it cannot be reached
 */
export async function openDatabase(
  env: Readonly<Record<string, string | undefined>>,
): Promise<OpenDatabase> {
  const databaseUrl = env['DATABASE_URL'] ?? '';
  if (databaseUrl === '')
    throw new Error('DATABASE_URL is not set: the database of the installation');
  const endpoint = env['NEON_FETCH_ENDPOINT'];
  if (endpoint) neonConfig.fetchEndpoint = endpoint;
  if (endpoint || isNeon(databaseUrl)) return reader(databaseUrl, async () => undefined);
  const database = await startDatabase({ home: null, databaseUrl, durable: true });
  neonConfig.fetchEndpoint = database.fetchEndpoint;
  return reader(database.databaseUrl, () => database.stop());
}
