import { describe, expect, it } from 'vitest';
import { BASE, silenceClient, testDestination, testQueue } from './support.js';

describe('logs', () => {
  it('tells the life of a message, newest first', async () => {
    const destination = await testDestination((_, number) => ({
      status: number === 0 ? 503 : 200,
      headers: { 'x-why': 'test' },
    }));
    const startedAt = Date.now();
    const { queue, client } = await testQueue({ now: () => startedAt });
    const { messageId } = await client.publish({
      url: destination.url,
      retryDelay: '7000',
      label: ['red', 'round'],
    });
    await queue.idle(15_000);
    const { logs, cursor } = await client.logs({ messageIds: [messageId] });
    expect(cursor).toBeUndefined();
    expect(logs.map(({ state }) => state).reverse()).toEqual([
      'CREATED',
      'ACTIVE',
      'ERROR',
      'RETRY',
      'ACTIVE',
      'DELIVERED',
    ]);
    expect(logs.every((log) => log.url === destination.url)).toBe(true);
    expect(logs[0]).toMatchObject({ messageId, label: 'red', labels: ['red', 'round'] });
    const retry = logs.find(({ state }) => state === 'RETRY');
    expect(retry).toMatchObject({ time: startedAt, nextDeliveryTime: startedAt + 7 });
    expect(logs.find(({ state }) => state === 'ERROR')).toMatchObject({
      error: 'answered 503',
      responseStatus: 503,
      responseHeaders: { 'X-Why': ['test'] },
    });
  });

  it('ends with the failure of a message that failed', async () => {
    const { queue, client } = await testQueue();
    await client.publish({ url: 'http://127.0.0.1:1/', retries: 0 });
    await queue.idle(15_000);
    const { events } = await client.events();
    expect(events.map(({ state }) => state)).toEqual(['FAILED', 'ERROR', 'ACTIVE', 'CREATED']);
  });

  it.each([
    ['state', { state: 'DELIVERED' as const }, ['DELIVERED', 'DELIVERED']],
    ['the state that gathers others', { state: 'IN_PROGRESS' as const }, ['ACTIVE', 'ACTIVE']],
    ['label', { label: 'blue' }, ['DELIVERED', 'ACTIVE', 'CREATED']],
    ['path', { path: '/red' }, ['DELIVERED', 'ACTIVE', 'CREATED']],
    ['queue', { queueName: 'q' }, ['DELIVERED', 'ACTIVE', 'CREATED']],
    ['two together', { queueName: 'q', label: 'red' }, []],
    ['time', { toDate: 1 }, []],
  ])('are filtered by %s', async (_, filter, states) => {
    const destination = await testDestination();
    const { queue, client } = await testQueue();
    await client.publish({ url: `${destination.url}/red`, label: 'red' });
    await queue.idle(15_000);
    await client.queue({ queueName: 'q' }).enqueue({ url: destination.url, label: 'blue' });
    await queue.idle(15_000);
    const { logs } = await client.logs({ filter });
    expect(logs.map(({ state }) => state)).toEqual(states);
  });

  it('come in pages', async () => {
    const destination = await testDestination();
    const { queue, client } = await testQueue();
    await client.publish({ url: destination.url });
    await queue.idle(15_000);
    const first = await client.logs({ count: 2 });
    expect(first.logs.map(({ state }) => state)).toEqual(['DELIVERED', 'ACTIVE']);
    const second = await client.logs({ count: 2, cursor: String(first.cursor) });
    expect(second.logs.map(({ state }) => state)).toEqual(['CREATED']);
    expect(second.cursor).toBeUndefined();
  });

  it('stand under their documented name too', async () => {
    const { queue, client } = await testQueue({ timeScale: 1 });
    await client.publish({ url: 'http://127.0.0.1:9/', delay: 3600 });
    const headers = { authorization: `Bearer ${BASE.token}` };
    const response = await fetch(`${queue.url}/v2/logs`, { headers });
    expect(await response.json()).toMatchObject({ logs: [{ state: 'CREATED' }] });
  });

  it('refuse a filter that they do not know', async () => {
    silenceClient();
    const { client } = await testQueue();
    const query = { colour: 'red' };
    await expect(
      client.http.request({ method: 'GET', path: ['v2', 'events'], query }),
    ).rejects.toMatchObject({ status: 400 });
  });
});
