import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { neon, neonConfig } from '@neondatabase/serverless';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Database, startDatabase } from '../../lib/local/database.js';
import { emptyDatabase } from '../support/database.js';

vi.setConfig({ testTimeout: 60_000 });

const other = await emptyDatabase();
const { host, port, user, password, database } = other.pg;
const login = `${user}:${encodeURIComponent(password)}`;
const url = `postgres://${login}@${host}:${port}/${database}`;

const ask = async (one: Database, text: string) => {
  neonConfig.fetchEndpoint = one.fetchEndpoint;
  return neon(one.databaseUrl).query(text);
};

async function plainly(plainUrl: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: plainUrl });
  await client.connect();
  const { rows } = await client.query(text);
  await client.end();
  return rows;
}

let home = '';
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'database-test-'));
  await chmod(home, 0o755);
});
afterAll(() => rm(home, { recursive: true, force: true }));

describe('startDatabase without a URL', () => {
  it('serves the embedded Postgres to the driver and to psql, and keeps what it holds', async () => {
    const first = await startDatabase({ home, durable: false });
    await ask(first, 'create table kept as select 7 as n');
    const plain = await plainly(first.plainUrl, 'select n, current_database() as db from kept');
    await first.stop();
    const second = await startDatabase({ home, durable: false, databaseUrl: '' });
    const rows = await ask(second, 'select n from kept');
    await second.stop();
    expect(plain).toEqual([{ n: 7, db: 'forestall' }]);
    expect(rows).toEqual([{ n: 7 }]);
  });

  it('keeps nothing without a home, and asks for the password of this start', async () => {
    const started = await startDatabase({ home: null, durable: false });
    neonConfig.fetchEndpoint = started.fetchEndpoint;
    const guess = neon('postgresql://forestall:guess@localhost/forestall')`select 1`;
    await expect(guess).rejects.toMatchObject({ code: '28P01' });
    expect(await ask(started, "select to_regclass('kept') as kept")).toEqual([{ kept: null }]);
    await started.stop();
  });
});

describe('startDatabase with a URL', () => {
  it('serves that database to the driver, and leaves it running', async () => {
    const started = await startDatabase({ home: null, databaseUrl: url, durable: true });
    const rows = await ask(started, 'select current_database() as db');
    const plain = await plainly(started.plainUrl, 'select current_database() as db');
    await started.stop();
    expect([rows, plain]).toEqual([[{ db: database }], [{ db: database }]]);
    expect(await plainly(url, 'select 1 as n')).toEqual([{ n: 1 }]);
  });

  it.each([
    { databaseUrl: 'not a url', says: /must look like postgres:/ },
    { databaseUrl: `mysql://${login}@${host}/x`, says: /must look like postgres:/ },
    { databaseUrl: `postgres://${login}@${host}:1/x`, says: /x on 127.0.0.1:1 .*\(ECONNREFUSED\)/ },
    { databaseUrl: `postgres://${login}@${host}:${port}/nope`, says: /"nope" does not exist/ },
    { databaseUrl: `postgres://${login}@${host}:${port}`, says: /"forestall" does not exist/ },
    {
      databaseUrl: `postgres://${user}:wrong@${host}:${port}/${database}`,
      says: /password authentication failed/,
    },
    { databaseUrl: `${url}?sslmode=verify-full`, says: /cannot be used/ },
  ])('says in one line why it cannot: $says', async ({ databaseUrl, says }) => {
    const started = startDatabase({ home: null, databaseUrl, durable: true });
    const error = await started.catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'misconfigured', message: expect.stringMatching(says) });
    expect(String(error)).not.toContain(password);
    expect(String(error)).not.toContain('\n');
  });
});
