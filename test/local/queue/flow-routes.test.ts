import type { Client } from '@upstash/qstash';
import { describe, expect, it } from 'vitest';
import { gate, silenceClient, testDestination, testQueue } from './support.js';

/** A destination that holds every answer back, and counts how many it holds at once. */
async function holding() {
  const { opened, open } = gate();
  const seen = { active: 0, most: 0 };
  const destination = await testDestination(async () => {
    seen.active += 1;
    seen.most = Math.max(seen.most, seen.active);
    await opened;
    seen.active -= 1;
    return { status: 200 };
  });
  return { destination, open, seen };
}

const send = (client: Client, url: string, count: number, limits: object) =>
  client.batch(
    Array.from({ length: count }, () => ({
      url,
      flowControl: { key: 'k', parallelism: 100, ...limits },
    })),
  );

async function lastStart(client: Client): Promise<number> {
  const { logs } = await client.logs({ filter: { state: 'ACTIVE' } });
  return Math.max(...logs.map(({ time }) => time));
}

describe('flow control', () => {
  it('lets no more go at once than the parallelism says', async () => {
    const { destination, open, seen } = await holding();
    const { queue, client } = await testQueue();
    await send(client, destination.url, 7, { parallelism: 3 });
    await destination.arrived(3);
    expect(await client.flowControl.get('k')).toMatchObject({
      flowControlKey: 'k',
      parallelismMax: 3,
      parallelismCount: 3,
      waitListSize: 4,
      isPaused: false,
      isPinnedParallelism: false,
      isPinnedRate: false,
    });
    expect(await client.flowControl.getGlobalParallelism()).toEqual({
      parallelismMax: 100,
      parallelismCount: 3,
    });
    open();
    expect(await queue.idle(15_000)).toBe(true);
    expect(seen.most).toBe(3);
    expect(destination.received).toHaveLength(7);
    expect(await client.flowControl.get('k')).toMatchObject({
      parallelismCount: 0,
      waitListSize: 0,
    });
  });

  it('counts each key by itself', async () => {
    const { destination, open } = await holding();
    const { client } = await testQueue();
    await send(client, destination.url, 3, { parallelism: 1 });
    await client.publish({ url: destination.url, flowControl: { key: 'other', parallelism: 1 } });
    await client.publish({ url: destination.url });
    expect(await destination.arrived(3)).toHaveLength(3);
    open();
  });

  it('starts no more in a period than the rate says', async () => {
    const destination = await testDestination();
    let nowMs = Date.now();
    const { queue, client } = await testQueue({ timeScale: 1, now: () => nowMs });
    await send(client, destination.url, 5, { rate: 2, period: '1h' });
    await destination.arrived(2);
    const info = await client.flowControl.get('k');
    expect(info).toMatchObject({ rateMax: 2, rateCount: 2, ratePeriod: 3600, waitListSize: 3 });
    expect(info.ratePeriodStart).toBe(Math.floor(nowMs / 1000));
    nowMs += 3_599_999;
    await client.publish({
      url: `${destination.url}/pump`,
      flowControl: { key: 'k', rate: 2, period: '1h' },
    });
    expect((await client.flowControl.get('k')).waitListSize).toBe(4);
    nowMs += 1;
    await client.publish({
      url: `${destination.url}/pump`,
      flowControl: { key: 'k', rate: 2, period: '1h' },
    });
    await destination.arrived(4);
    expect((await client.flowControl.get('k')).waitListSize).toBe(3);
    expect(await queue.idle(1)).toBe(false);
  });

  it('goes on by itself when the period is over', async () => {
    const destination = await testDestination();
    const { queue, client } = await testQueue({ timeScale: 0.02 });
    const before = Date.now();
    await send(client, destination.url, 5, { rate: 2, period: 1 });
    expect(await queue.idle(15_000)).toBe(true);
    expect(destination.received).toHaveLength(5);
    // Five at two a period take until the third period: two of 20 ms each have gone by.
    expect((await lastStart(client)) - before).toBeGreaterThanOrEqual(40);
  });

  it('counts retries too', async () => {
    const destination = await testDestination((_, number) => ({ status: number < 2 ? 500 : 200 }));
    const { queue, client } = await testQueue({ timeScale: 1e-4 });
    const before = Date.now();
    await client.publish({
      url: destination.url,
      retryDelay: '1',
      flowControl: { key: 'k', rate: 1, period: 120 },
    });
    expect(await queue.idle(15_000)).toBe(true);
    expect(destination.received).toHaveLength(3);
    expect((await lastStart(client)) - before).toBeGreaterThanOrEqual(24);
  });

  it('takes the limits of the last message', async () => {
    const { destination, open } = await holding();
    const { client } = await testQueue();
    await send(client, destination.url, 4, { parallelism: 1 });
    await destination.arrived(1);
    await send(client, destination.url, 1, { parallelism: 3 });
    expect(await destination.arrived(3)).toHaveLength(3);
    open();
  });
});

describe('flowControl.pause', () => {
  it('keeps messages waiting until the key is resumed', async () => {
    const destination = await testDestination();
    const { queue, client } = await testQueue();
    await client.flowControl.pause('k');
    await send(client, destination.url, 2, {});
    await client.publish({ url: `${destination.url}/outside` });
    await destination.arrived(1);
    expect(await client.flowControl.get('k')).toMatchObject({ isPaused: true, waitListSize: 2 });
    await client.flowControl.resume('k');
    expect(await queue.idle(15_000)).toBe(true);
    expect(destination.received).toHaveLength(3);
    expect((await client.flowControl.get('k')).isPaused).toBe(false);
  });
});

describe('flowControl.pin', () => {
  it('overrules what messages say until it is unpinned', async () => {
    const { destination, open } = await holding();
    const { queue, client } = await testQueue();
    await send(client, destination.url, 6, { parallelism: 1 });
    await destination.arrived(1);
    await client.flowControl.pin('k', { parallelism: 2 });
    await destination.arrived(2);
    await send(client, destination.url, 1, { parallelism: 9 });
    expect(await client.flowControl.get('k')).toMatchObject({
      parallelismMax: 2,
      parallelismCount: 2,
      isPinnedParallelism: true,
      isPinnedRate: false,
    });
    await client.flowControl.unpin('k', { parallelism: true });
    // Until the next message the pinned limit goes on to hold.
    expect(await client.flowControl.get('k')).toMatchObject({
      parallelismMax: 2,
      isPinnedParallelism: false,
    });
    await send(client, destination.url, 1, { parallelism: 4 });
    expect(await destination.arrived(4)).toHaveLength(4);
    open();
    expect(await queue.idle(15_000)).toBe(true);
  });

  it('pins the rate by itself, and starts its period anew', async () => {
    const destination = await testDestination();
    const { client } = await testQueue({ timeScale: 1 });
    await send(client, destination.url, 4, { rate: 1, period: '1h' });
    await destination.arrived(1);
    await client.flowControl.pin('k', { rate: 2, period: 7200 });
    await destination.arrived(3);
    await send(client, destination.url, 1, { rate: 50, parallelism: 5 });
    expect(await client.flowControl.get('k')).toMatchObject({
      rateMax: 2,
      ratePeriod: 7200,
      rateCount: 2,
      parallelismMax: 5,
      isPinnedRate: true,
      isPinnedParallelism: false,
    });
    await client.flowControl.unpin('k', { parallelism: true });
    expect((await client.flowControl.get('k')).isPinnedRate).toBe(true);
    await client.flowControl.unpin('k', { rate: true });
    expect((await client.flowControl.get('k')).isPinnedRate).toBe(false);
  });

  it.each([
    ['nothing', {}],
    ['no place', { parallelism: 0 }],
    ['half a place', { parallelism: 0.5 }],
    ['a negative rate', { rate: -1 }],
    ['an empty period', { rate: 1, period: 0 }],
  ])('refuses to pin %s', async (_, options) => {
    silenceClient();
    const { client } = await testQueue();
    await expect(client.flowControl.pin('k', options)).rejects.toMatchObject({ status: 400 });
  });
});

describe('flowControl.resetRate', () => {
  it('begins a new period at once', async () => {
    const destination = await testDestination();
    const { client } = await testQueue({ timeScale: 1 });
    await send(client, destination.url, 3, { rate: 1, period: '1h' });
    await destination.arrived(1);
    await client.flowControl.resetRate('k');
    await destination.arrived(2);
    expect(await client.flowControl.get('k')).toMatchObject({ rateCount: 1, waitListSize: 1 });
  });
});

describe('flowControl.get', () => {
  it('does not know a key that nothing was sent under', async () => {
    silenceClient();
    const { client } = await testQueue();
    await expect(client.flowControl.get('nobody')).rejects.toMatchObject({ status: 404 });
  });

  it('knows keys with slashes, spaces and the names of verbs', async () => {
    const { client } = await testQueue({ timeScale: 1 });
    for (const key of ['shop/eu/restart', 'a b', 'pause']) {
      const flowControl = { key, parallelism: 1 };
      await client.publish({ url: 'http://127.0.0.1:9/', delay: 3600, flowControl });
      expect((await client.flowControl.get(key)).flowControlKey).toBe(key);
      await client.flowControl.pause(key);
      expect((await client.flowControl.get(key)).isPaused).toBe(true);
    }
    const list = await client.http.request<{ flowControlKey: string }[]>({
      path: ['v2', 'flowControl'],
      method: 'GET',
    });
    expect(list).toMatchObject([
      { flowControlKey: 'shop/eu/restart' },
      { flowControlKey: 'a b' },
      { flowControlKey: 'pause' },
    ]);
  });
});
