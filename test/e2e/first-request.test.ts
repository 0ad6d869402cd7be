import { afterEach, describe, expect, it, vi } from 'vitest';
import { emptyDatabase, type TestDatabase } from '../support/database.js';
import { documentRows, makeDocumentTables } from '../support/document-tables.js';
import { startTestStack, type TestStack } from '../support/stack.js';

let stack: TestStack | undefined;

afterEach(async () => {
  await stack?.queue.idle(30_000);
  await stack?.close();
  stack = undefined;
});

/** Functions that were just started: a new instance of the application, which has asked nothing yet. */
async function fresh(database: TestDatabase): Promise<TestStack> {
  vi.resetModules();
  stack = await startTestStack({ database });
  return stack;
}

const sample = (i: number) => ({ component: `first-${i % 3}`, cpu_usage: i, memory_usage: 30 });

const REQUESTS = [
  ['ingest', (i: number) => ['POST', '/api/ingest', sample(i)], 202],
  ['insights', () => ['GET', '/api/insights'], 200],
  ['sweep', () => ['POST', '/api/sweep', {}], 200],
] as const;

const MIXED = (i: number) => REQUESTS[i % 3]?.[1](i) ?? ['GET', '/api/insights'];

async function ten(database: TestDatabase, request: (i: number) => readonly unknown[]) {
  const { call } = await fresh(database);
  return Promise.all(
    Array.from({ length: 10 }, (_, i) => {
      const [method, path, body] = request(i);
      return call(String(method), String(path), body);
    }),
  );
}

async function files({ sql }: TestDatabase): Promise<number> {
  const [row] = await sql`select count(*)::int as files from schema_migrations`;
  return Number(row?.['files']);
}

describe('the first request against an empty database', () => {
  it.each(REQUESTS)('makes the tables and is answered: %s', async (_, request, wanted) => {
    const database = await emptyDatabase();
    const { call } = await fresh(database);
    const [method, path, body] = request(1);
    const { status } = await call(String(method), String(path), body);
    expect(status).toBe(wanted);
    expect(await files(database)).toBeGreaterThanOrEqual(10);
  });

  it.each(REQUESTS)('is answered for each of ten at once: %s', async (name, request, wanted) => {
    const database = await emptyDatabase();
    const answers = await ten(database, request);
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(wanted));
    if (name !== 'ingest') return;
    expect(answers.map(({ body }) => body.accepted + body.duplicates)).toEqual(Array(10).fill(1));
    const rows = await database.sql`select name from components order by name`;
    expect(rows.map((row) => row['name'])).toEqual(['first-0', 'first-1', 'first-2']);
  });

  it('is answered for different requests at once', async () => {
    const answers = await ten(await emptyDatabase(), MIXED);
    for (const { status } of answers) expect([200, 202]).toContain(status);
  });

  it('is answered for ten instances that start at once', async () => {
    const database = await emptyDatabase();
    const { env } = await fresh(database);
    const { makeApp } = await import('../../lib/app.js');
    const { readConfig } = await import('../../lib/config.js');
    const { sweep } = await import('../../lib/flows/sweep.js');
    const swept = await Promise.all(
      Array.from({ length: 10 }, () => sweep(makeApp(readConfig(env)), {})),
    );
    expect(swept).toHaveLength(10);
    const [row] = await database.sql`
      select count(*)::int as files, count(distinct number)::int as numbers from schema_migrations`;
    expect(row?.['files']).toBe(row?.['numbers']);
    expect(await database.sql`select id from control`).toHaveLength(1);
  });

  it('refuses to make tables in a preview', async () => {
    const database = await emptyDatabase();
    vi.resetModules();
    stack = await startTestStack({ database, env: { VERCEL_ENV: 'preview' } });
    delete process.env['VERCEL_ENV'];
    const { status } = await stack.call('POST', '/api/ingest', sample(1));
    expect(status).toBeGreaterThanOrEqual(500);
    expect(
      await database.sql`
      select table_name from information_schema.tables where table_schema = 'public'`,
    ).toEqual([]);
  });
});

describe('the first request against the reference document’s tables', () => {
  it.each([
    ...REQUESTS.map(([name, request]) => [name, request] as const),
    ['all of them', MIXED] as const,
  ])('is answered for each of ten at once, and keeps every row: %s', async (_, request) => {
    const database = await emptyDatabase();
    await makeDocumentTables(database);
    const before = await documentRows(database);
    const answers = await ten(database, request);
    for (const { status } of answers) expect([200, 202]).toContain(status);
    await stack?.call('POST', '/api/ingest', { component: 'old', cpu_usage: 95 });
    expect((await stack?.call('POST', '/api/sweep', {}))?.status).toBe(200);
    const after = await documentRows(
      database,
      before.map(({ id }) => String(id)),
    );
    expect(after).toMatchObject(before);
    const insights = await stack?.call('GET', '/api/insights?window=24h');
    expect(insights?.status).toBe(200);
    const names = insights?.body.top_actions.map((row: { action_type: string }) => row.action_type);
    expect(names).toContain('service_restart');
  });
});
