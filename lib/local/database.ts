import path from 'node:path';
import pg from 'pg';
import { type Connection, startEmbeddedPostgres } from './embedded-postgres.js';
import { startNeonHttp } from './neon-http.js';

/** Which database a local stack runs on. */
export interface DatabaseOptions {
  /** Data folder of the installation; null keeps nothing. */
  readonly home: string | null;
  /** A Postgres on this machine to be used instead of the embedded one. */
  readonly databaseUrl?: string | undefined;
  /** Whether a commit survives the machine's own crash. */
  readonly durable: boolean;
}

/** A database behind Neon's protocol. */
export interface Database {
  /** For the unmodified driver. */
  readonly databaseUrl: string;
  /** For `NEON_FETCH_ENDPOINT`. */
  readonly fetchEndpoint: string;
  /** For psql and other ordinary clients. */
  readonly plainUrl: string;
  stop(): Promise<void>;
}

const NAME = 'forestall';

/** Start the embedded Postgres, or use the one that is named, behind Neon's protocol. */
export async function startDatabase(options: DatabaseOptions): Promise<Database> {
  return options.databaseUrl === undefined
    ? embedded(options)
    : named(new URL(options.databaseUrl));
}

async function embedded({ home, durable }: DatabaseOptions): Promise<Database> {
  const postgres = await startEmbeddedPostgres({
    durable,
    ...(home === null ? {} : { dataDir: path.join(home, 'postgres') }),
  });
  try {
    await makeDatabase(postgres);
    return await serve(postgres, NAME, () => postgres.stop());
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

async function named(url: URL): Promise<Database> {
  const server = {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || 5432),
    user: decodeURIComponent(url.username) || 'postgres',
    password: decodeURIComponent(url.password),
  };
  const name = url.pathname.slice(1) || NAME;
  const client = new pg.Client({ ...server, database: name });
  try {
    await client.connect();
    await client.end();
  } catch (cause) {
    const why = (cause as { code?: string }).code ?? 'no answer';
    throw new Error(
      `DATABASE_URL: the database ${name} on ${url.host} cannot be reached (${why})`,
      {
        cause,
      },
    );
  }
  return serve(server, name, async () => undefined);
}

async function serve(
  server: Connection,
  name: string,
  stop: () => Promise<void>,
): Promise<Database> {
  const http = await startNeonHttp({ server });
  const { host, port, user, password } = server;
  const login = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
  return {
    databaseUrl: `postgresql://forestall:local@localhost/${name}`,
    fetchEndpoint: http.fetchEndpoint,
    plainUrl: `postgres://${login}@${host}:${port}/${name}`,
    async stop() {
      await http.close();
      await stop();
    },
  };
}
