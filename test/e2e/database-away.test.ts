import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NeonHttp } from '../../lib/local/neon-http.js';
import { testDatabase } from '../support/database.js';
import { openDatabaseDoor } from '../support/database-door.js';
import { startTestStack, type TestStack, until } from '../support/stack.js';

let stack: TestStack;
let door: NeonHttp;
let port = 0;

async function openDoor(): Promise<void> {
  door = await openDatabaseDoor(port);
  port = Number(new URL(door.fetchEndpoint).port);
}

beforeAll(async () => {
  const database = await testDatabase();
  await openDoor();
  stack = await startTestStack({ database: { ...database, fetchEndpoint: door.fetchEndpoint } });
});

afterAll(async () => {
  await stack.close();
  await door.close();
});

describe('while the database is away', () => {
  it('batches wait in the queue, are tried after 1, 2, 4 s, and are all there afterwards', async () => {
    const at = Date.now();
    const sample = (i: number) => ({
      component: 'patient',
      at: new Date(at - i * 1000).toISOString(),
      cpu_usage: i,
    });
    // The key's revocation is looked up while the database can still be asked.
    expect((await stack.call('POST', '/api/ingest', sample(0))).body.accepted).toBe(1);
    await door.close();
    const key = stack.key(['ingest']);
    const taken = await stack.call('POST', '/api/ingest', [sample(1), sample(2), sample(3)], {
      authorization: `Bearer ${key}`,
    });
    expect(taken).toMatchObject({ status: 202, body: { accepted: 0, queued: 3, rejected: [] } });
    const push = await stack.call('POST', '/api/ingest', {
      component: 'patient',
      instance: 'one',
      boot_id: '0b5c8a52-7a35-4f9e-9a3b-0d6f5d0f3a11',
      samples: [sample(4)],
    });
    expect(push.status).toBe(503);
    expect(Number(push.headers.get('retry-after'))).toBeGreaterThan(0);
    const tries = () => stack.queue.attempts.filter(({ url }) => url.endsWith('/api/ingest'));
    await until(
      'three attempts',
      async () => tries().length,
      (n) => n >= 3,
    );
    await openDoor();
    const rows = await until(
      'the samples',
      async () =>
        stack.app.sql`
          select metric_samples.cpu_usage
          from metric_samples
          join components on components.id = metric_samples.component_id
          where components.name = 'patient'
          order by metric_samples.at desc
          limit 10`,
      (found) => found.length === 4,
      60_000,
    );
    expect(rows.map((row) => row['cpu_usage'])).toEqual([0, 1, 2, 3]);
    expect(
      tries()
        .slice(0, 3)
        .map(({ status }) => status),
    ).toEqual([503, 503, 503]);
    const begun = tries().map((attempt) => Number(attempt.at));
    const gaps = begun.slice(1, 3).map((one, i) => one - (begun[i] ?? 0));
    expect(gaps[0]).toBeGreaterThanOrEqual(990);
    expect(gaps[1]).toBeGreaterThanOrEqual(1990);
    const [told = {}] = await stack.app.sql`
      select success, output_data
      from unified_brain
      where action_type = 'db_connection_recovered'
      limit 5`;
    expect(told).toMatchObject({ success: true, output_data: { success: true } });
    const { attempts } = told['output_data'] as { attempts: number };
    expect(attempts).toBeGreaterThanOrEqual(4);
  }, 120_000);
});
