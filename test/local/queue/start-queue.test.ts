import type { Client } from '@upstash/qstash';
import { describe, expect, it, vi } from 'vitest';
import type { LocalQueue, QueueOptions } from '../../../lib/local/queue/options.js';
import { startQueue } from '../../../lib/local/queue/start-queue.js';
import { BASE, clientOf, gate, testDestination, testFolder, testQueue, verify } from './support.js';

const NOWHERE = 'http://127.0.0.1:9/';

/** A folder, and queues that run over it one after the other. */
async function folderOfQueues() {
  const folder = await testFolder();
  let current: LocalQueue | null = null;
  return async (
    options: Partial<QueueOptions> = {},
  ): Promise<{ queue: LocalQueue; client: Client }> => {
    await current?.close();
    const { queue, client } = await testQueue({ folder, ...options });
    current = { ...queue, close: () => queue.close() };
    return { queue, client };
  };
}

/** Wait until so many attempts have ended like this, and not only reached their destination. */
async function logged(client: Client, state: 'RETRY' | 'DELIVERED', count: number) {
  await vi.waitFor(async () => {
    expect((await client.logs({ filter: { state } })).logs).toHaveLength(count);
  });
}

describe('startQueue over a folder', () => {
  it('delivers after a restart what was not delivered before', async () => {
    const destination = await testDestination();
    const restart = await folderOfQueues();
    const first = await restart({ timeScale: 1 });
    const { messageId } = await first.client.publishJSON({
      url: `${destination.url}/later`,
      body: { n: 1 },
      headers: { 'x-trace': '7' },
      delay: 3600,
      label: 'red',
    });
    const before = await first.client.messages.get(messageId);
    const second = await restart({ timeScale: 1 });
    expect(await second.client.messages.get(messageId)).toEqual(before);
    const afterAnHour = () => Date.now() + 3_600_000;
    const third = await restart({ timeScale: 1, now: afterAnHour });
    expect(await third.queue.idle(15_000)).toBe(true);
    expect(destination.received).toMatchObject([
      {
        path: '/later',
        headers: { 'upstash-message-id': messageId, 'x-trace': '7', 'upstash-label': 'red' },
      },
    ]);
  });

  it('goes on with the retries where they were', async () => {
    const destination = await testDestination(() => ({ status: 503 }));
    const restart = await folderOfQueues();
    const first = await restart();
    const { messageId } = await first.client.publish({
      url: destination.url,
      retries: 3,
      // At once the first time, then after a time that no test waits for.
      retryDelay: 'min(1, 1 - retried) + retried * 100000000',
    });
    await logged(first.client, 'RETRY', 2);
    const tomorrow = () => Date.now() + 100_000_000;
    const second = await restart({ now: tomorrow, timeScale: 1e-9 });
    expect(await second.queue.idle(15_000)).toBe(true);
    expect(destination.received.map(({ headers }) => headers['upstash-retried'])).toEqual([
      '0',
      '1',
      '2',
      '3',
    ]);
    const { messages } = await second.client.dlq.listMessages();
    expect(messages).toMatchObject([{ messageId, responseStatus: 503 }]);
  });

  it('delivers again what was under way, as the same attempt', async () => {
    const { opened, open } = gate();
    const destination = await testDestination(async (_, number) => {
      if (number === 0) {
        await opened;
      }
      return { status: 200 };
    });
    const restart = await folderOfQueues();
    const first = await restart();
    await first.client.publish({ url: destination.url, body: 'once more' });
    await destination.arrived(1);
    const second = await restart();
    open();
    expect(await second.queue.idle(15_000)).toBe(true);
    expect(first.queue.attempts).toEqual([]);
    const [one, two] = destination.received;
    expect(two?.headers['upstash-message-id']).toBe(one?.headers['upstash-message-id']);
    expect(two?.headers['upstash-retried']).toBe('0');
    expect(two && (await verify(two, destination.url))).toBe(true);
  });

  it('never delivers again what was delivered, cancelled or is dead', async () => {
    const destination = await testDestination(({ path }) => ({
      status: path === '/bad' ? 500 : 200,
    }));
    const restart = await folderOfQueues();
    const first = await restart();
    await first.client.publish({ url: `${destination.url}/good` });
    await first.client.publish({ url: `${destination.url}/bad`, retries: 0 });
    const { messageId } = await first.client.publish({ url: destination.url, delay: '1d' });
    await first.client.messages.cancel(messageId);
    expect(await first.queue.idle(15_000)).toBe(true);
    const second = await restart();
    expect(await second.queue.idle(15_000)).toBe(true);
    expect(destination.received).toHaveLength(2);
    expect(second.queue.attempts).toEqual([]);
  });

  it('keeps dead letters, and sends them again', async () => {
    let status = 500;
    const destination = await testDestination(() => ({ status, body: 'broken' }));
    const restart = await folderOfQueues();
    const first = await restart();
    await first.client.publish({ url: destination.url, retries: 0, body: 'body' });
    await first.queue.idle(15_000);
    const before = await first.client.dlq.listMessages();
    const second = await restart();
    expect(await second.client.dlq.listMessages()).toEqual(before);
    status = 200;
    await second.client.dlq.retry({ all: true });
    expect(await second.queue.idle(15_000)).toBe(true);
    expect(destination.received.map(({ body }) => String(body))).toEqual(['body', 'body']);
    const third = await restart();
    expect((await third.client.dlq.listMessages()).messages).toEqual([]);
  });

  it('keeps schedules, their pauses and their deletion', async () => {
    const destination = await testDestination();
    const restart = await folderOfQueues();
    const first = await restart();
    const create = (scheduleId: string) =>
      first.client.schedules.create({
        scheduleId,
        destination: `${destination.url}/${scheduleId}`,
        cron: '* * * * * *',
        body: 'body',
        headers: { 'x-trace': '7' },
      });
    await create('kept');
    await create('paused');
    await create('deleted');
    await first.client.schedules.pause({ schedule: 'paused' });
    await first.client.schedules.delete('deleted');
    await first.queue.idle(15_000);
    const second = await restart();
    const count = destination.received.length;
    const schedules = await second.client.schedules.list();
    expect(schedules).toMatchObject([
      { scheduleId: 'kept', isPaused: false },
      { scheduleId: 'paused', isPaused: true },
    ]);
    await destination.arrived(count + 2);
    const fired = destination.received.slice(count);
    expect(fired.every(({ path }) => path === '/kept')).toBe(true);
    expect(fired[0]?.headers).toMatchObject({ 'upstash-schedule-id': 'kept', 'x-trace': '7' });
  });

  it('remembers deduplication ids for the rest of their time', async () => {
    const restart = await folderOfQueues();
    const message = { url: NOWHERE, delay: '1d', deduplicationId: 'a' } as const;
    const startedAt = Date.now();
    const first = await restart({ timeScale: 1, now: () => startedAt });
    const { messageId } = await first.client.publish(message);
    const second = await restart({ timeScale: 1, now: () => startedAt + 599_999 });
    expect(await second.client.publish(message)).toEqual({ messageId, deduplicated: true });
    const third = await restart({ timeScale: 1, now: () => startedAt + 600_000 });
    expect((await third.client.publish(message)).messageId).not.toBe(messageId);
  });

  it('keeps queues, URL groups, and pinned and paused flow control keys', async () => {
    const restart = await folderOfQueues();
    const { client } = await restart();
    await client.queue({ queueName: 'q' }).upsert({ parallelism: 4, paused: true });
    await client.urlGroups.addEndpoints({ name: 'g', endpoints: [{ name: 'n', url: NOWHERE }] });
    await client.flowControl.pin('k', { parallelism: 3, rate: 2, period: 60 });
    await client.flowControl.pause('k');
    const before = await Promise.all([
      client.queue().list(),
      client.urlGroups.list(),
      client.flowControl.get('k'),
    ]);
    const { client: later } = await restart();
    const [queues, groups, flow] = before;
    expect(await later.queue().list()).toEqual(queues);
    expect(await later.urlGroups.list()).toEqual(groups);
    const { ratePeriodStart: _, ...rest } = flow;
    expect(await later.flowControl.get('k')).toMatchObject(rest);
  });

  it.each([
    ['the message in front', '/1', false],
    ['the callback of the message in front', '/callback', true],
  ])('keeps the place that %s has in its queue', async (_, failing, callback) => {
    let down = true;
    const destination = await testDestination(({ path }) => ({
      status: down && path === failing ? 503 : 200,
    }));
    const paths = () => destination.received.map(({ path }) => path);
    const restart = await folderOfQueues();
    const first = await restart({ timeScale: 1 });
    const named = first.client.queue({ queueName: 'q' });
    for (const number of [1, 2, 3]) {
      await named.enqueue({
        url: `${destination.url}/${number}`,
        retryDelay: '3600000',
        headers: { 'upstash-callback-retry-delay': '3600000' },
        ...(callback && number === 1 && { callback: `${destination.url}/callback` }),
      });
    }
    await logged(first.client, 'RETRY', 1);
    const before = paths();
    const second = await restart({ timeScale: 1 });
    await second.client.publish({ url: `${destination.url}/outside` });
    await logged(second.client, 'DELIVERED', 1);
    expect(paths()).toEqual([...before, '/outside']);
    down = false;
    const third = await restart({ now: () => Date.now() + 3_700_000 });
    expect(await third.queue.idle(15_000)).toBe(true);
    expect(paths()).toEqual([...before, '/outside', failing, '/2', '/3']);
  });

  it('gives a callback that was under way its place in the queue back', async () => {
    const [first, callback] = [gate(), gate()];
    const destination = await testDestination(async (_, number) => {
      await [first.opened, callback.opened][number];
      return { status: 200 };
    });
    const restart = await folderOfQueues();
    const { client } = await restart();
    const named = client.queue({ queueName: 'q' });
    await named.enqueue({ url: `${destination.url}/1`, callback: `${destination.url}/callback` });
    await named.enqueue({ url: `${destination.url}/2` });
    // Not before the second message stands behind the first one in the journal.
    first.open();
    await destination.arrived(2);
    const second = await restart();
    callback.open();
    expect(await second.queue.idle(15_000)).toBe(true);
    expect(destination.received.map(({ path }) => path)).toEqual([
      '/1',
      '/callback',
      '/callback',
      '/2',
    ]);
  });

  it('is refused while another queue runs over it', async () => {
    const folder = await testFolder();
    await testQueue({ folder });
    await expect(startQueue({ ...BASE, folder })).rejects.toThrow(/in use by process/);
  });

  it('gives the folder back when the port is taken', async () => {
    const folder = await testFolder();
    const { queue } = await testQueue();
    const port = Number(new URL(queue.url).port);
    await expect(startQueue({ ...BASE, folder, port })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
    await testQueue({ folder });
  });
});

describe('startQueue', () => {
  it('forgets everything without a folder', async () => {
    const { queue, client } = await testQueue({ timeScale: 1 });
    await client.publish({ url: NOWHERE, delay: 3600 });
    await queue.close();
    const again = await testQueue({ timeScale: 1 });
    expect(await again.queue.idle(1)).toBe(true);
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])(
    'refuses a time scale of %d',
    async (timeScale) => {
      await expect(startQueue({ ...BASE, timeScale })).rejects.toThrow(RangeError);
    },
  );

  it('fires a schedule when told to, paused or not', async () => {
    const destination = await testDestination();
    const { queue, client } = await testQueue();
    await client.schedules.create({
      scheduleId: 's',
      destination: destination.url,
      cron: '0 0 1 1 *',
    });
    await client.schedules.pause({ schedule: 's' });
    const { messages } = await queue.fire('s');
    expect(await queue.idle(15_000)).toBe(true);
    expect(destination.received[0]?.headers['upstash-message-id']).toBe(messages[0]?.messageId);
  });

  it('says when it is not idle in time', async () => {
    const { queue, client } = await testQueue({ timeScale: 1 });
    expect(await queue.idle(1)).toBe(true);
    await client.publish({ url: NOWHERE, delay: 3600 });
    expect(await queue.idle(1)).toBe(false);
  });

  it('serves many clients at once', { timeout: 60_000 }, async () => {
    const destination = await testDestination();
    const { queue } = await testQueue({ folder: await testFolder() });
    const clients = Array.from({ length: 10 }, () => clientOf(queue));
    const answers = await Promise.all(
      clients.flatMap((client) =>
        Array.from({ length: 20 }, () => client.publish({ url: destination.url })),
      ),
    );
    expect(new Set(answers.map(({ messageId }) => messageId)).size).toBe(200);
    expect(await queue.idle(50_000)).toBe(true);
    const ids = destination.received.map(({ headers }) => headers['upstash-message-id']);
    expect(ids.sort()).toEqual(answers.map(({ messageId }) => messageId).sort());
  });
});
