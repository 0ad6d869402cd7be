import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import pg from 'pg';
import { AppError } from '../errors.js';
import { type Connection, startEmbeddedPostgres } from './embedded-postgres.js';
import type { Server } from './neon/sessions.js';
import { startNeonHttp } from './neon-http.js';

/** Which database a local stack runs on. */
export interface DatabaseOptions {
  /** Data folder of the installation; null keeps nothing. */
  readonly home: string | null;
  /** A Postgres of one's own, `postgres://…`, instead of the embedded one. */
  readonly databaseUrl?: string | undefined;
  /** Whether a commit survives the machine's own crash; a Postgres of one's own decides that itself. */
  readonly durable: boolean;
}

/** A database behind Neon's protocol. */
export interface Database {
  /** For the unmodified driver; its password is made anew at each start. */
  readonly databaseUrl: string;
  /** For `NEON_FETCH_ENDPOINT`. */
  readonly fetchEndpoint: string;
  /** For psql and other ordinary clients. */
  readonly plainUrl: string;
  stop(): Promise<void>;
}

const NAME = 'forestall';

/**
 * Start the embedded Postgres, or use the one that is named, behind Neon's protocol.
 *
 * @throws {AppError} `misconfigured` when the named one cannot be used, or the embedded one cannot run here;
 * `conflict` when the data folder is in use
 */
export async function startDatabase(options: DatabaseOptions): Promise<Database> {
  const { databaseUrl } = options;
  return databaseUrl === undefined || databaseUrl === '' ? embedded(options) : named(databaseUrl);
}

async function embedded({ home, durable }: DatabaseOptions): Promise<Database> {
  const dataDir = home === null ? {} : { dataDir: join(home, 'postgres') };
  const postgres = await startEmbeddedPostgres({ durable, ...dataDir });
  try {
    await makeDatabase(postgres);
    const { host, port, user, password } = postgres;
    const plainUrl = `postgres://${user}:${encodeURIComponent(password)}@${host}:${port}/${NAME}`;
    return await serve({ host, port, user, password }, NAME, plainUrl, () => postgres.stop());
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

async function makeDatabase({ host, port, user, password }: Connection): Promise<void> {
  const admin = new pg.Client({ host, port, user, password, database: 'postgres' });
  await admin.connect();
  try {
    const { rowCount } = await admin.query('select 1 from pg_database where datname = $1', [NAME]);
    if (rowCount === 0) await admin.query(`create database ${NAME}`);
  } finally {
    await admin.end();
  }
}

async function named(databaseUrl: string): Promise<Database> {
  const url = URL.canParse(databaseUrl) ? new URL(databaseUrl) : null;
  if (url === null || !/^postgres(ql)?:$/.test(url.protocol)) {
    throw new AppError(
      'misconfigured',
      'DATABASE_URL must look like postgres://user:password@host/database',
    );
  }
  if (url.pathname.length < 2) url.pathname = `/${NAME}`;
  // The driver's own reading of the URL: its defaults, and what it says of encryption.
  const client = new pg.Client({ connectionString: url.href });
  const { host, port, user, password, ssl } = client;
  const name = decodeURIComponent(url.pathname.slice(1));
  try {
    await client.connect();
    await client.end();
  } catch (cause) {
    throw new AppError(
      'misconfigured',
      `DATABASE_URL: the database ${name} on ${host}:${port} cannot be used (${reason(cause)})`,
      { cause },
    );
  }
  const login = { host, port, ssl, ...(user ? { user } : {}), ...(password ? { password } : {}) };
  return serve(login, name, url.href, async () => undefined);
}

/** The database's own sentence, or the network's code: neither holds the password. */
function reason(error: unknown): string {
  if (error instanceof pg.DatabaseError) return error.message;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'no answer';
}

async function serve(
  server: Server,
  name: string,
  plainUrl: string,
  stop: () => Promise<void>,
): Promise<Database> {
  const password = randomBytes(24).toString('base64url');
  const http = await startNeonHttp({ server, password });
  return {
    databaseUrl: `postgresql://forestall:${password}@localhost/${encodeURIComponent(name)}`,
    fetchEndpoint: http.fetchEndpoint,
    plainUrl,
    async stop() {
      await http.close();
      await stop();
    },
  };
}
