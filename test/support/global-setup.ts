import { neon, neonConfig } from '@neondatabase/serverless';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../lib/local/embedded-postgres.js';
import { type NeonHttp, startNeonHttp } from '../../lib/local/neon-http.js';
import { migrate } from '../../lib/store/migrate.js';

/** What the one database server of a run is reached by. */
export interface TestServer {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly fetchEndpoint: string;
  /** The database that each test's own is copied from. */
  readonly template: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    testServer: TestServer;
  }
}

const TEMPLATE = 'forestall_template';

/** Start one Postgres, with a migrated template, for the whole run. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const postgres = await startEmbeddedPostgres({ durable: false });
  try {
    await makeTemplate(postgres);
    const http = await startNeonHttp({ server: postgres });
    const { host, port, user, password } = postgres;
    const server = { host, port, user, password };
    const { fetchEndpoint } = http;
    project.provide('testServer', { ...server, fetchEndpoint, template: TEMPLATE });
    return () => stop(http, postgres);
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

async function makeTemplate({ host, port, user, password }: EmbeddedPostgres): Promise<void> {
  const admin = new pg.Client({ host, port, user, password, database: 'postgres' });
  await admin.connect();
  await admin.query(`create database ${TEMPLATE}`);
  // An endpoint of its own: a template can be copied only while no session is open to it.
  const http = await startNeonHttp({ server: { host, port, user, password } });
  neonConfig.fetchEndpoint = http.fetchEndpoint;
  await migrate(neon(`postgresql://test:test@localhost/${TEMPLATE}`));
  await http.close();
  await admin.query(`alter database ${TEMPLATE} with is_template true allow_connections false`);
  await admin.end();
}

async function stop(http: NeonHttp, postgres: EmbeddedPostgres): Promise<void> {
  await http.close();
  await postgres.stop();
}
