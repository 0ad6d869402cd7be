import { randomBytes } from 'node:crypto';
import { neon, neonConfig } from '@neondatabase/serverless';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../lib/local/embedded-postgres.js';
import { startNeonHttp } from '../../lib/local/neon-http.js';
import { startQueue } from '../../lib/local/queue/start-queue.js';
import { migrate } from '../../lib/store/migrate.js';

/** An installation on a database of its own: its environment but for the address, and a direct session. */
export interface Installation {
  readonly env: Readonly<Record<string, string>>;
  readonly client: pg.Client;
}

/** The local parts that everything is measured on: a durable Postgres, Neon's protocol, the queue. */
export interface Ground {
  readonly postgresVersion: string;
  /** Make a migrated database and the environment of an installation on it. */
  installation(name: string): Promise<Installation>;
  stop(): Promise<void>;
}

/** Start the local parts, as `npm start` does, in a temporary folder. */
export async function startGround(): Promise<Ground> {
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const one of stops.splice(0).reverse()) await one();
  };
  try {
    const postgres = await startEmbeddedPostgres({ durable: true });
    stops.push(() => postgres.stop());
    const { host, port, user, password } = postgres;
    const server = { host, port, user, password };
    const http = await startNeonHttp({ server });
    stops.push(() => http.close());
    neonConfig.fetchEndpoint = http.fetchEndpoint;
    const [currentSigningKey, nextSigningKey] = [secret(), secret()];
    const signing = { currentSigningKey, nextSigningKey };
    const queue = await startQueue({ port: 0, host: '127.0.0.1', token: secret(), ...signing });
    stops.push(() => queue.close());
    const connect = async (database: string): Promise<pg.Client> => {
      const client = new pg.Client({ ...server, database });
      await client.connect();
      stops.push(() => client.end());
      return client;
    };
    const admin = await connect('postgres');
    const { rows } = await admin.query('show server_version');
    const common = {
      FORESTALL_SECRET: secret(),
      NEON_FETCH_ENDPOINT: http.fetchEndpoint,
      QSTASH_URL: queue.url,
      QSTASH_TOKEN: queue.token,
      QSTASH_CURRENT_SIGNING_KEY: currentSigningKey,
      QSTASH_NEXT_SIGNING_KEY: nextSigningKey,
      UPSTASH_DISABLE_TELEMETRY: '1',
    };
    return {
      postgresVersion: rows[0]?.server_version,
      async installation(name) {
        await admin.query(`create database ${name}`);
        const url = `postgresql://bench:bench@localhost/${name}`;
        await migrate(neon(url));
        return { env: { ...common, DATABASE_URL: url }, client: await connect(name) };
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

const secret = (): string => randomBytes(32).toString('base64url');
