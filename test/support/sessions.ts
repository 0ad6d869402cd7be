import { randomBytes } from 'node:crypto';
import { neonConfig } from '@neondatabase/serverless';
import pg from 'pg';
import { onTestFinished } from 'vitest';
import { type NeonHttp, startNeonHttp } from '../../lib/local/neon-http.js';
import type { TestDatabase } from './database.js';

/** A role that can log in, and is no superuser. */
export interface TestRole {
  readonly user: string;
  readonly password: string;
  /** Makes its session one of replication. */
  readonly replication?: 'database';
}

/** Run one statement as the server's superuser. */
export async function asSuperuser(database: TestDatabase, statement: string): Promise<pg.Client> {
  const client = new pg.Client({ ...database.pg, application_name: 'superuser' });
  client.on('error', () => undefined);
  await client.connect();
  await client.query(statement);
  return client;
}

/** Make a role; roles belong to the whole server, so its name is its own. */
export async function makeRole(database: TestDatabase, options = ''): Promise<TestRole> {
  const user = `team_${randomBytes(6).toString('hex')}`;
  const password = randomBytes(12).toString('hex');
  const admin = await asSuperuser(
    database,
    `create role ${user} login password '${password}' ${options}`,
  );
  await admin.end();
  return { user, password };
}

/** Neon's endpoint, as one role logs in to it; the driver's requests go there from now on. */
export async function connectAs(database: TestDatabase, role: TestRole): Promise<NeonHttp> {
  const { host, port } = database.pg;
  const http = await startNeonHttp({ server: { host, port, ...role } });
  neonConfig.fetchEndpoint = http.fetchEndpoint;
  return http;
}

/** A client's session, and whether it has been ended from outside. */
export interface TestSession {
  readonly client: pg.Client;
  readonly pid: number;
  isAlive(): Promise<boolean>;
  /** The same without a question, which would make an idle session a busy one. */
  wasEnded(): boolean;
}

/** Open a session; it ends with the test. */
export async function openSession(database: TestDatabase, role?: TestRole): Promise<TestSession> {
  const client = new pg.Client({ ...database.pg, ...role });
  // Its end is what tests wait for; unheard, the event ends the process.
  client.on('error', () => undefined);
  let ended = false;
  client.on('end', () => {
    ended = true;
  });
  await client.connect();
  onTestFinished(() => client.end().catch(() => undefined));
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  return {
    client,
    pid: rows[0]?.pid ?? 0,
    wasEnded: () => ended,
    isAlive: () =>
      client.query('select 1').then(
        () => true,
        // In an aborted transaction a statement fails, and the session lives.
        (error: unknown) => error instanceof pg.DatabaseError && error.code === '25P02',
      ),
  };
}
