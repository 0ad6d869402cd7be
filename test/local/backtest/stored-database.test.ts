import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../../lib/local/backtest/stored-database.js';
import { ROOT } from '../../../lib/local/stack.js';
import { storeSamples } from '../../../lib/store/samples.js';
import { type TestDatabase, testDatabase } from '../../support/database.js';

const run = promisify(execFile);
const MINUTE = 60_000;
const END = Math.floor(Date.now() / MINUTE) * MINUTE;
let database: TestDatabase;
let plainUrl = '';

beforeAll(async () => {
  database = await testDatabase();
  const { host, port, user, password, database: name } = database.pg;
  plainUrl = `postgres://${user}:${encodeURIComponent(password)}@${host}:${port}/${name}`;
});

describe('openDatabase', () => {
  it('reads any Postgres by its address, and one behind an endpoint', async () => {
    const behind = { DATABASE_URL: database.url, NEON_FETCH_ENDPOINT: database.fetchEndpoint };
    for (const env of [{ DATABASE_URL: plainUrl }, behind]) {
      const { sql, close } = await openDatabase(env);
      expect(await sql`select current_database() as name`).toEqual([
        { name: database.pg.database },
      ]);
      await close();
    }
  });

  it.each([
    { name: 'none', url: '', why: /DATABASE_URL is not set/ },
    { name: 'no address', url: 'shop', why: /DATABASE_URL must look like/ },
    { name: 'nothing there', url: 'postgres://a:b@127.0.0.1:1/c', why: /cannot be used/ },
  ])('says so of $name', async ({ url, why }) => {
    await expect(openDatabase({ DATABASE_URL: url })).rejects.toThrow(why);
  });
});

describe('npm run backtest, of what is stored', () => {
  it('tells of the span alone, from what came before it, too', async () => {
    const { sql, close } = await openDatabase({ DATABASE_URL: plainUrl });
    const samples = Array.from({ length: 180 }, (_, i) => ({
      component: 'shop',
      sample: {
        at: new Date(END - i * MINUTE),
        instance: '',
        values: { cpu_usage: i < 40 ? 99 : 30, 'custom.depth': i },
      },
    }));
    await storeSamples(sql, samples, 10);
    await close();
    const args = ['--from', String((END - 60 * MINUTE) / 1000), '--to', String(END / 1000)];
    const command = path.join(ROOT, 'lib/local/backtest.ts');
    const env = { ...process.env, DATABASE_URL: plainUrl, NEON_FETCH_ENDPOINT: '' };
    const { stdout } = await run(
      process.execPath,
      ['--import', 'tsx', command, ...args, '--every', '1m'],
      { cwd: ROOT, env },
    );
    expect(stdout).toMatch(/^stored history: 1 component, .*, a look every 1 min/);
    expect(stdout).toMatch(/^shop\n {2}said .* critical/m);
    expect(stdout).toMatch(/opened .* failing, critical: 3 samples in a row breach cpu_usage/);
  });
});
