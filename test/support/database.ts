import { randomBytes } from 'node:crypto';
import { type NeonQueryFunction, neon, neonConfig } from '@neondatabase/serverless';
import pg from 'pg';
import { inject } from 'vitest';
import type { TestServer } from './global-setup.js';

/** A database of a test's own. */
export interface TestDatabase {
  /** For `neon()`. */
  readonly url: string;
  /** The unmodified driver on it. */
  readonly sql: NeonQueryFunction<false, false>;
  /** What `neonConfig.fetchEndpoint` was set to. */
  readonly fetchEndpoint: string;
  /** For `new pg.Client()`, where a test needs sessions of its own. */
  readonly pg: {
    readonly host: string;
    readonly port: number;
    readonly user: string;
    readonly password: string;
    readonly database: string;
  };
}

/** Make a database with all migrations applied, for one test file. */
export function testDatabase(): Promise<TestDatabase> {
  const server = inject('testServer');
  return makeDatabase(server, server.template);
}

/** Make a database without any table. */
export function emptyDatabase(): Promise<TestDatabase> {
  return makeDatabase(inject('testServer'), 'template0');
}

async function makeDatabase(from: TestServer, template: string): Promise<TestDatabase> {
  const { host, port, user, password, fetchEndpoint } = from;
  const server = { host, port, user, password };
  const database = `test_${randomBytes(8).toString('hex')}`;
  const admin = new pg.Client({ ...server, database: 'postgres' });
  await admin.connect();
  await admin.query(`create database ${database} template ${template} strategy file_copy`);
  await admin.end();
  neonConfig.fetchEndpoint = fetchEndpoint;
  const url = `postgresql://test:test@localhost/${database}`;
  return { url, sql: neon(url), fetchEndpoint, pg: { ...server, database } };
}
