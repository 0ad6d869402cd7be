import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { takeUpSpool } from '../../lib/flows/take-up-spool.js';
import type { NeonHttp } from '../../lib/local/neon-http.js';
import { testDatabase } from '../support/database.js';
import { openDatabaseDoor } from '../support/database-door.js';
import { startTestStack, type TestStack, until } from '../support/stack.js';

let stack: TestStack;
let door: NeonHttp;
let port = 0;

async function openDoor(): Promise<void> {
  door = await openDatabaseDoor(port);
  port = door.port;
}

beforeAll(async () => {
  const database = await testDatabase();
  await openDoor();
  stack = await startTestStack({
    database: { ...database, fetchEndpoint: door.fetchEndpoint },
    timeScale: 0.02,
  });
});

afterAll(async () => {
  await stack.close();
  await door.close();
});

/** Send samples while the database is away, with a key that only ingests: it is taken unseen. */
async function sendAway(component: string, count: number, key: string) {
  const at = (i: number): string => new Date(Date.now() - i * 1000).toISOString();
  const samples = Array.from({ length: count }, (_, i) => ({
    at: at(i),
    cpu_usage: 20.123 + i / 1000,
    memory_usage: 50.456,
    error_rate: 0.001234,
    latency_ms: 123.456,
  }));
  return stack.call(
    'POST',
    '/api/ingest',
    { component, samples },
    {
      authorization: `Bearer ${key}`,
    },
  );
}

const stored = async (component: string): Promise<number> => {
  const [row] = await stack.app.sql`
    select count(*)::int as rows
    from metric_samples
    join components on components.id = metric_samples.component_id
    where components.name = ${component}::text`;
  return Number(row?.['rows']);
};

const told = (actionType: string) => stack.app.sql`
  select input_data from unified_brain where action_type = ${actionType}::text`;

describe('samples that waited in the queue', () => {
  it('are all stored, however large their batch was', async () => {
    await door.close();
    const sent = await sendAway('large', 5000, stack.key(['ingest']));
    expect(sent).toMatchObject({ status: 202, body: { queued: 5000, rejected: [] } });
    await openDoor();
    await until(
      'the samples',
      async () => {
        await takeUpSpool(stack.app);
        return stored('large');
      },
      (rows) => rows === 5000,
      60_000,
    );
  }, 120_000);

  it('are dropped, and told, when their key had been revoked before', async () => {
    const key = stack.key(['ingest']);
    const id = key.slice('fst_'.length).split('.')[0] ?? '';
    const made = JSON.parse(Buffer.from(id, 'base64url').toString('utf8'));
    const sent = { component: 'revoked', instance: '', at: new Date().toISOString(), values: {} };
    await stack.call('DELETE', `/api/admin/keys/${made.id}`);
    const { storeSpooled } = await import('../../lib/flows/spool.js');
    const message = (spooledMs: number) => ({
      spooled_at: new Date(spooledMs).toISOString(),
      key_id: made.id as string,
      samples: [{ ...sent, values: { cpu_usage: 1 } }],
    });
    const delivery = { messageId: 'msg-1', retried: 0 };
    expect(await storeSpooled(stack.app, message(Date.now() + 1000), delivery)).toEqual({
      accepted: 0,
      duplicates: 0,
    });
    expect(await stored('revoked')).toBe(0);
    expect(await told('samples_dropped')).toHaveLength(1);
    // What was taken while the key was good is kept.
    const before = await storeSpooled(stack.app, message(Date.now() - 60_000), delivery);
    expect(before).toEqual({ accepted: 1, duplicates: 0 });
  });

  it('are stored but for those that waited for too long, and beyond the limit of components', async () => {
    const { storeSpooled } = await import('../../lib/flows/spool.js');
    const { app } = stack;
    const full = { ...app, baseSettings: { ...app.baseSettings, maxComponents: 0 } };
    const sample = (daysAgo: number) => ({
      component: 'old-and-new',
      instance: '',
      at: new Date(Date.now() - daysAgo * 86_400_000).toISOString(),
      values: { cpu_usage: 1 },
    });
    const message = {
      spooled_at: new Date().toISOString(),
      key_id: null,
      samples: [sample(9), sample(1), sample(0)],
    };
    const delivery = { messageId: 'msg-2', retried: 0 };
    expect(await storeSpooled(full, message, delivery)).toEqual({ accepted: 2, duplicates: 0 });
    expect(await stored('old-and-new')).toBe(2);
    expect(await told('samples_dropped')).toHaveLength(2);
  });

  it('are sent again once an hour at most when they fail for a reason of their own', async () => {
    const poison = {
      path: '/api/ingest',
      body: { spooled_at: 'never', samples: [] },
      retries: 0,
      label: 'spool',
    };
    await stack.app.queue.publish([poison]);
    const dead = () => stack.app.queue.deadLetters('spool');
    const one = (letters: readonly unknown[]): boolean => letters.length === 1;
    await until('the dead letter', dead, one);
    expect(await takeUpSpool(stack.app)).toBe(1);
    await until('its return', dead, one);
    for (let sweep = 0; sweep < 5; sweep += 1) expect(await takeUpSpool(stack.app)).toBe(0);
    expect(await dead()).toHaveLength(1);
  });
});
