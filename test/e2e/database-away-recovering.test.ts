import { Client } from '@upstash/qstash';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NeonHttp } from '../../lib/local/neon-http.js';
import { testDatabase } from '../support/database.js';
import { openDatabaseDoor } from '../support/database-door.js';
import { renderService } from '../support/render/service.js';
import { type RenderServer, startRenderServer } from '../support/render-server.js';
import { startTestStack, type TestStack, until } from '../support/stack.js';

/** The queue's seconds, in seconds of this test. */
const TIME_SCALE = 0.5;

/** Waits before the redeliveries, milliseconds of the queue. */
const WAITS_MS = [1000, 2000, 4000, 8000, 16_000];

let stack: TestStack;
let render: RenderServer;
let door: NeonHttp;
let port = 0;

async function openDoor(): Promise<void> {
  door = await openDatabaseDoor(port);
  port = door.port;
}

beforeAll(async () => {
  const database = await testDatabase();
  await openDoor();
  render = await startRenderServer({ token: 'rnd_test', services: [renderService('srv-1')] });
  stack = await startTestStack({
    database: { ...database, fetchEndpoint: door.fetchEndpoint },
    timeScale: TIME_SCALE,
    settings: { freshIntervals: 100, freshShare: 0, verifyPatienceS: 120 },
    env: { RENDER_API_URL: render.url, RENDER_API_KEY: 'rnd_test' },
  });
  await stack.call('PUT', '/api/components/shop', {
    platform: { type: 'render', service_id: 'srv-1' },
  });
});

afterAll(async () => {
  await stack.close();
  await door.close();
  await render.close();
});

const healthy = { cpu_usage: 20, memory_usage: 30, error_rate: 0.001, latency_ms: 100 };

/** What was accepted, by its instant: each must be there in the end. */
const accepted = new Set<number>();

async function send(count: number): Promise<{ accepted: number; queued: number }> {
  const now = Date.now();
  const instants = Array.from({ length: count }, (_, i) => now - i);
  const samples = instants.map((at) => ({ at: new Date(at).toISOString(), ...healthy }));
  const key = stack.key(['ingest'], 'shop');
  const { status, body } = await stack.call(
    'POST',
    '/api/ingest',
    { component: 'shop', samples },
    { authorization: `Bearer ${key}` },
  );
  expect(status).toBe(202);
  for (const at of instants) accepted.add(at);
  return body;
}

/** Messages of a function, in the order of their first attempt. */
const messagesTo = (path: string): string[] => [
  ...new Set(
    stack.queue.attempts.filter(({ url }) => url.endsWith(path)).map(({ messageId }) => messageId),
  ),
];

const attemptsOf = (messageId: string) =>
  stack.queue.attempts.filter((attempt) => attempt.messageId === messageId);

/** How long the queue was told to wait before each redelivery, by its own log. */
async function waitsOf(messageId: string): Promise<number[]> {
  const client = new Client({ baseUrl: stack.queue.url, token: stack.queue.token, retry: false });
  const { logs } = await client.logs({ filter: { messageId }, count: 100 });
  return logs
    .filter(({ state }) => state === 'RETRY')
    .sort((a, b) => a.time - b.time)
    .map(({ nextDeliveryTime = 0, time }) => (nextDeliveryTime - time) / TIME_SCALE);
}

describe('a database that goes away while a component is being recovered', () => {
  it('loses neither a sample nor the action, and the action is done once', async () => {
    await send(3);
    const hold = render.hold('restart-service', 'after');
    const asked = await stack.call('POST', '/api/recover', {
      component: 'shop',
      action: 'restart',
      reason: 'the database goes away meanwhile',
    });
    expect(asked.status).toBe(202);
    await hold.reached;
    await door.close();
    hold.release();
    expect(await send(20)).toMatchObject({ accepted: 0, queued: 20 });
    expect(await send(30)).toMatchObject({ accepted: 0, queued: 30 });

    await until(
      'five attempts at each message',
      async () => [...messagesTo('/api/ingest'), ...messagesTo('/api/recover')],
      (ids) => ids.length === 3 && ids.every((id) => attemptsOf(id).length >= 5),
      60_000,
    );
    const messages = [...messagesTo('/api/ingest'), ...messagesTo('/api/recover')];
    await openDoor();
    await until(
      'the sixth',
      async () => messages.map((id) => attemptsOf(id).at(-1)?.status),
      (statuses) => statuses.every((status) => status === 200),
      60_000,
    );

    for (const id of messages) {
      expect(attemptsOf(id).map(({ status }) => status)).toEqual([503, 503, 503, 503, 503, 200]);
      const waits = await waitsOf(id);
      expect(waits).toHaveLength(5);
      for (const [i, wait] of waits.entries()) {
        const ratio = wait / (WAITS_MS[i] ?? Number.NaN);
        expect(ratio).toBeGreaterThan(0.7);
        expect(ratio).toBeLessThan(1.01);
      }
    }

    const ended = await until(
      'the end of the recovery',
      async () => {
        await send(1);
        await stack.call('POST', '/api/sweep', {});
        return (await stack.call('GET', `/api/recoveries/${asked.body.recovery.id}`)).body;
      },
      ({ state }) => state === 'succeeded' || state === 'failed',
      60_000,
    );
    expect(ended).toMatchObject({ state: 'succeeded', error: null });
    expect(render.effects).toEqual(['restart-service']);

    const told = await stack.app.sql`
      select action_type, output_data, input_data
      from unified_brain
      where action_type in ('db_connection_recovered', 'db_recovery_failed', 'service_restart')
      order by executed_at`;
    expect(told.map((row) => row['action_type']).toSorted()).toEqual([
      'db_connection_recovered',
      'db_connection_recovered',
      'service_restart',
    ]);
    const recovered = told.filter((row) => row['action_type'] === 'db_connection_recovered');
    expect(recovered.map((row) => row['output_data'])).toMatchObject([
      { success: true, attempts: 6 },
      { success: true, attempts: 6 },
    ]);

    const rows = await stack.app.sql`
      select (extract(epoch from metric_samples.at) * 1000)::float8 as at
      from metric_samples
      join components on components.id = metric_samples.component_id
      where components.name = 'shop'`;
    const there = new Set(rows.map((row) => Math.round(Number(row['at']))));
    expect([...accepted].filter((at) => !there.has(at))).toEqual([]);
    expect(there.size).toBe(accepted.size);
  }, 180_000);
});
