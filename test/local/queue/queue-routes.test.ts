import { describe, expect, it, vi } from 'vitest';
import { gate, silenceClient, testDestination, testQueue, verify } from './support.js';

const NOWHERE = 'http://127.0.0.1:9/';

describe('queue.enqueueJSON', () => {
  it('makes the queue and delivers through it', async () => {
    const destination = await testDestination();
    const { queue, client } = await testQueue();
    const named = client.queue({ queueName: 'my-queue' });
    const { messageId } = await named.enqueueJSON({ url: destination.url, body: { n: 1 } });
    expect(await queue.idle(15_000)).toBe(true);
    const [received] = destination.received;
    expect(received?.headers).toMatchObject({
      'upstash-message-id': messageId,
      'upstash-queue-name': 'my-queue',
      'content-type': 'application/json',
    });
    expect(received && (await verify(received, destination.url))).toBe(true);
    expect(await named.get()).toMatchObject({
      name: 'my-queue',
      parallelism: 1,
      paused: false,
      lag: 0,
    });
  });

  it('delivers in order, one at a time, over retries and callbacks', async () => {
    const order: string[] = [];
    const destination = await testDestination(({ path, headers }) => {
      order.push(path);
      return { status: path === '/2' && headers['upstash-retried'] !== '2' ? 503 : 200 };
    });
    const { queue, client } = await testQueue();
    const named = client.queue({ queueName: 'q' });
    for (const number of [1, 2, 3, 4]) {
      await named.enqueue({
        url: `${destination.url}/${number}`,
        retryDelay: '1000',
        ...(number === 3 && { callback: `${destination.url}/callback-of-3` }),
      });
    }
    expect(await queue.idle(15_000)).toBe(true);
    expect(order).toEqual(['/1', '/2', '/2', '/2', '/3', '/callback-of-3', '/4']);
  });

  it('goes on after a message that fails for good and its failure callback', async () => {
    const order: string[] = [];
    const destination = await testDestination(({ path }) => {
      order.push(path);
      return { status: path === '/1' ? 500 : 200 };
    });
    const { queue, client } = await testQueue();
    const named = client.queue({ queueName: 'q' });
    await named.enqueue({
      url: `${destination.url}/1`,
      retries: 0,
      failureCallback: `${destination.url}/failed`,
    });
    await named.enqueue({ url: `${destination.url}/2` });
    expect(await queue.idle(15_000)).toBe(true);
    expect(order).toEqual(['/1', '/failed', '/2']);
  });

  it('is not overtaken by messages outside the queue’s order, nor holds them up', async () => {
    const { opened, open } = gate();
    const destination = await testDestination(async ({ path }) => {
      if (path === '/slow') {
        await opened;
      }
      return { status: 200 };
    });
    const { queue, client } = await testQueue();
    const named = client.queue({ queueName: 'q' });
    await named.enqueue({ url: `${destination.url}/slow` });
    await named.enqueue({ url: `${destination.url}/second` });
    await client.publish({ url: `${destination.url}/outside` });
    await destination.arrived(2);
    expect(destination.received.map(({ path }) => path)).toEqual(['/slow', '/outside']);
    expect((await named.get()).lag).toBe(2);
    open();
    expect(await queue.idle(15_000)).toBe(true);
    expect(destination.received.map(({ path }) => path)).toEqual(['/slow', '/outside', '/second']);
  });

  it('is not overtaken while the message in front waits for its flow control key', async () => {
    const destination = await testDestination();
    const { queue, client } = await testQueue();
    const named = client.queue({ queueName: 'q' });
    await client.flowControl.pause('k');
    const flowControl = { key: 'k', parallelism: 1 };
    await named.enqueue({ url: `${destination.url}/1`, flowControl });
    await named.enqueue({ url: `${destination.url}/2` });
    await client.publish({ url: `${destination.url}/outside` });
    await destination.arrived(1);
    await client.flowControl.resume('k');
    expect(await queue.idle(15_000)).toBe(true);
    expect(destination.received.map(({ path }) => path)).toEqual(['/outside', '/1', '/2']);
  });

  it('moves on when the message in front is cancelled while it waits for a retry', async () => {
    const destination = await testDestination(({ path }) => ({
      status: path === '/1' ? 500 : 200,
    }));
    const { queue, client } = await testQueue({ timeScale: 1 });
    const named = client.queue({ queueName: 'q' });
    const { messageId } = await named.enqueue({ url: `${destination.url}/1` });
    await named.enqueue({ url: `${destination.url}/2` });
    await destination.arrived(1);
    // Wait until the failure is known, so that the cancellation meets a waiting message.
    await vi.waitFor(async () => {
      expect((await client.logs({ filter: { state: 'RETRY' } })).logs).toHaveLength(1);
    });
    await client.messages.cancel(messageId);
    expect(await queue.idle(15_000)).toBe(true);
    expect(destination.received.map(({ path }) => path)).toEqual(['/1', '/2']);
  });
});

describe('queue.upsert', () => {
  it('sets how many go at once', async () => {
    const { opened, open } = gate();
    let active = 0;
    let most = 0;
    const destination = await testDestination(async () => {
      active += 1;
      most = Math.max(most, active);
      await opened;
      active -= 1;
      return { status: 200 };
    });
    const { queue, client } = await testQueue();
    const named = client.queue({ queueName: 'q' });
    await named.upsert({ parallelism: 3 });
    for (let number = 0; number < 5; number++) {
      await named.enqueue({ url: destination.url });
    }
    await destination.arrived(3);
    expect(await named.get()).toMatchObject({ parallelism: 3, lag: 5 });
    open();
    expect(await queue.idle(15_000)).toBe(true);
    expect(most).toBe(3);
    expect(destination.received).toHaveLength(5);
  });

  it('lets more go as soon as it is raised', async () => {
    const { opened, open } = gate();
    const destination = await testDestination(async () => {
      await opened;
      return { status: 200 };
    });
    const { client } = await testQueue();
    const named = client.queue({ queueName: 'q' });
    await named.enqueue({ url: destination.url });
    await named.enqueue({ url: destination.url });
    await destination.arrived(1);
    await named.upsert({ parallelism: 2 });
    expect(await destination.arrived(2)).toHaveLength(2);
    open();
  });

  it('lists every queue with its times', async () => {
    let nowMs = 1_800_000_000_000;
    const { client } = await testQueue({ now: () => nowMs });
    await client.queue({ queueName: 'a' }).upsert({});
    nowMs += 1000;
    await client.queue({ queueName: 'b.c_d-1' }).upsert({ parallelism: 7, paused: true });
    await client.queue({ queueName: 'a' }).upsert({ parallelism: 2 });
    const common = { createdAt: nowMs, updatedAt: nowMs, lag: 0 };
    expect(await client.queue().list()).toEqual([
      { ...common, name: 'a', parallelism: 2, paused: false, createdAt: nowMs - 1000 },
      { ...common, name: 'b.c_d-1', parallelism: 7, paused: true },
    ]);
  });

  it.each([
    ['a bad name', 'a b', {}],
    ['no place', 'q', { parallelism: 0 }],
    ['half a place', 'q', { parallelism: 1.5 }],
  ])('refuses %s', async (_, queueName, request) => {
    silenceClient();
    const { client } = await testQueue();
    const upsert = client.queue({ queueName }).upsert(request);
    await expect(upsert).rejects.toMatchObject({ status: 400 });
  });
});

describe('queue.pause', () => {
  it('holds new messages back until the queue is resumed', async () => {
    const destination = await testDestination();
    const { queue, client } = await testQueue();
    const named = client.queue({ queueName: 'q' });
    await named.upsert({ parallelism: 1 });
    await named.pause();
    await named.enqueue({ url: `${destination.url}/1` });
    await named.enqueue({ url: `${destination.url}/2` });
    await client.publish({ url: `${destination.url}/outside` });
    await destination.arrived(1);
    expect(await named.get()).toMatchObject({ paused: true, lag: 2 });
    expect(destination.received.map(({ path }) => path)).toEqual(['/outside']);
    await named.resume();
    expect(await queue.idle(15_000)).toBe(true);
    expect(destination.received.map(({ path }) => path)).toEqual(['/outside', '/1', '/2']);
  });
});

describe('queue.delete', () => {
  it('takes the queue away with its messages', async () => {
    silenceClient();
    const { queue, client } = await testQueue({ timeScale: 1 });
    const named = client.queue({ queueName: 'q' });
    await named.upsert({ paused: true });
    await named.enqueue({ url: NOWHERE });
    await named.delete();
    expect(await queue.idle(15_000)).toBe(true);
    expect(await client.queue().list()).toEqual([]);
    for (const call of [named.get(), named.delete(), named.pause(), named.resume()]) {
      await expect(call).rejects.toMatchObject({ status: 404 });
    }
  });
});
