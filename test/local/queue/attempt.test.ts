import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import { gate, testDestination, testQueue, verify } from './support.js';

const RETRY_AT_ONCE = { retryDelay: '1' };

/** When each retry was planned, in milliseconds after the failure, from the queue's own log. */
async function plannedRetries(client: Awaited<ReturnType<typeof testQueue>>['client']) {
  const { logs } = await client.logs({ filter: { state: 'RETRY' } });
  return logs.map(({ time, nextDeliveryTime = 0 }) => nextDeliveryTime - time).reverse();
}

describe('attempt', () => {
  it('is repeated until the destination accepts', async () => {
    const destination = await testDestination((_, number) => ({ status: number < 2 ? 503 : 204 }));
    const { queue, client } = await testQueue();
    const { messageId } = await client.publish({ url: destination.url, ...RETRY_AT_ONCE });
    expect(await queue.idle(15_000)).toBe(true);
    expect(destination.received.map(({ headers }) => headers['upstash-retried'])).toEqual([
      '0',
      '1',
      '2',
    ]);
    expect(queue.attempts).toMatchObject([
      { messageId, url: destination.url, retried: 0, status: 503 },
      { messageId, url: destination.url, retried: 1, status: 503 },
      { messageId, url: destination.url, retried: 2, status: 204 },
    ]);
    expect((await client.dlq.listMessages()).messages).toEqual([]);
  });

  it('is made six times with five retries, after 1, 2, 4, 8 and 16 seconds', async () => {
    const destination = await testDestination(() => ({ status: 503 }));
    const startedAt = Date.now();
    const { queue, client } = await testQueue({ timeScale: 0.01, now: () => startedAt });
    await client.publish({
      url: destination.url,
      retries: 5,
      retryDelay: 'pow(2, retried) * 1000',
    });
    expect(await queue.idle(15_000)).toBe(true);
    expect(destination.received).toHaveLength(6);
    expect(await plannedRetries(client)).toEqual([10, 20, 40, 80, 160]);
    expect((await client.dlq.listMessages()).messages).toHaveLength(1);
  });

  it('keeps to the planned times', async () => {
    const arrivals: number[] = [];
    const destination = await testDestination(() => {
      arrivals.push(performance.now());
      return { status: 503 };
    });
    const { queue, client } = await testQueue({ timeScale: 0.02 });
    await client.publish({
      url: destination.url,
      retries: 5,
      retryDelay: 'pow(2, retried) * 1000',
    });
    expect(await queue.idle(15_000)).toBe(true);
    const gaps = arrivals.slice(1).map((at, index) => at - (arrivals[index] ?? 0));
    // Load can only make a gap longer; a timer rings at most a millisecond early.
    for (const [index, delayMs] of [20, 40, 80, 160, 320].entries()) {
      expect(gaps[index]).toBeGreaterThanOrEqual(delayMs - 2);
    }
  });

  it('backs off by itself when the message says nothing', async () => {
    const destination = await testDestination(() => ({ status: 500 }));
    const startedAt = Date.now();
    const { queue, client } = await testQueue({ timeScale: 1e-4, now: () => startedAt });
    await client.publish({ url: destination.url });
    expect(await queue.idle(15_000)).toBe(true);
    // 12.2, 148.4 and 1808 s, scaled and rounded up to whole milliseconds.
    expect(await plannedRetries(client)).toEqual([2, 15, 181]);
  });

  it.each([
    ['asks for none', { retries: 0 }, 1],
    ['asks for two', { retries: 2 }, 3],
    ['says nothing', {}, 4],
    ['asks for more than the plan allows', { retries: 90 }, 6],
  ])('is repeated at most so often as the message says: %s', async (_, options, attempts) => {
    const destination = await testDestination(() => ({ status: 500 }));
    const { queue, client } = await testQueue();
    await client.publish({ url: destination.url, ...RETRY_AT_ONCE, ...options });
    expect(await queue.idle(15_000)).toBe(true);
    expect(destination.received).toHaveLength(attempts);
  });

  it('obeys the plan’s own number of retries', async () => {
    const destination = await testDestination(() => ({ status: 500 }));
    const { queue, client } = await testQueue({ maxRetries: 1 });
    await client.publish({ url: destination.url, ...RETRY_AT_ONCE });
    expect(await queue.idle(15_000)).toBe(true);
    expect(destination.received).toHaveLength(2);
  });

  it.each([
    [{ 'retry-after': '7' }, 7],
    [{ 'retry-after': '6m5s' }, 365],
    [{ 'x-ratelimit-reset': '3' }, 3],
    [{ 'retry-after': '172800' }, 1000],
    [{}, 1000],
  ])('is repeated when the answer says so: %o', async (headers, plannedMs) => {
    const destination = await testDestination((_, number) => ({
      status: number === 0 ? 429 : 200,
      headers,
    }));
    const startedAt = Date.now();
    const { queue, client } = await testQueue({ now: () => startedAt });
    await client.publish({ url: destination.url, retryDelay: '1000000' });
    expect(await queue.idle(15_000)).toBe(true);
    expect(await plannedRetries(client)).toEqual([plannedMs]);
  });

  it.each([
    ['489 and the header', 489, { 'upstash-nonretryable-error': 'true' }, 1],
    ['489 without the header', 489, {}, 4],
    ['the header with another status', 500, { 'upstash-nonretryable-error': 'true' }, 4],
    ['the header saying no', 489, { 'upstash-nonretryable-error': 'false' }, 4],
  ])('is the last one only for %s', async (_, status, headers, attempts) => {
    const destination = await testDestination(() => ({ status, headers }));
    const { queue, client } = await testQueue();
    await client.publish({ url: destination.url, ...RETRY_AT_ONCE });
    expect(await queue.idle(15_000)).toBe(true);
    expect(destination.received).toHaveLength(attempts);
    const { messages } = await client.dlq.listMessages();
    expect(messages).toMatchObject([{ responseStatus: status }]);
  });

  it('does not follow a redirect', async () => {
    const target = await testDestination();
    const destination = await testDestination(() => ({
      status: 307,
      headers: { location: target.url },
    }));
    const { queue, client } = await testQueue();
    await client.publish({ url: destination.url, retries: 0 });
    expect(await queue.idle(15_000)).toBe(true);
    expect(target.received).toEqual([]);
    const { messages } = await client.dlq.listMessages();
    expect(messages).toMatchObject([
      { responseStatus: 307, responseHeader: { Location: [target.url] } },
    ]);
  });

  it('gives up waiting after the message’s own timeout', async () => {
    const { opened, open } = gate();
    const destination = await testDestination(async () => {
      await opened;
      return { status: 200 };
    });
    const { queue, client } = await testQueue();
    await client.publish({ url: destination.url, timeout: 0.05, retries: 1, ...RETRY_AT_ONCE });
    expect(await queue.idle(15_000)).toBe(true);
    open();
    expect(queue.attempts.map(({ status }) => status)).toEqual([0, 0]);
    const { messages } = await client.dlq.listMessages();
    expect(messages[0]?.responseBody).toBe('no answer within 50 ms');
  });

  it('counts an answer that breaks off as none', async () => {
    const server = createServer((_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('ten bytes.');
      setImmediate(() => response.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const { queue, client } = await testQueue();
    await client.publish({ url: `http://127.0.0.1:${port}/`, retries: 0 });
    expect(await queue.idle(15_000)).toBe(true);
    server.close();
    expect(queue.attempts).toMatchObject([{ status: 0 }]);
  });

  it('counts a destination that cannot be reached as a failure', async () => {
    const { queue, client } = await testQueue();
    await client.publish({ url: 'http://127.0.0.1:1/', retries: 1, ...RETRY_AT_ONCE });
    expect(await queue.idle(15_000)).toBe(true);
    expect(queue.attempts.map(({ status }) => status)).toEqual([0, 0]);
    const { messages } = await client.dlq.listMessages();
    expect(messages[0]?.responseBody).toContain('ECONNREFUSED');
    expect(messages[0]?.responseStatus).toBeUndefined();
  });

  it('keeps a megabyte of a long answer', async () => {
    const destination = await testDestination(() => ({
      status: 500,
      body: Buffer.alloc(3_000_000, 'x'),
    }));
    const { queue, client } = await testQueue();
    await client.publish({ url: destination.url, retries: 0 });
    expect(await queue.idle(15_000)).toBe(true);
    const { messages } = await client.dlq.listMessages();
    expect(messages[0]?.responseBody).toHaveLength(1024 * 1024);
  });

  it('is told to whoever started the queue', async () => {
    const told: number[] = [];
    const destination = await testDestination();
    const { queue, client } = await testQueue({ onAttempt: ({ status }) => told.push(status) });
    await client.publish({ url: destination.url });
    expect(await queue.idle(15_000)).toBe(true);
    expect(told).toEqual([200]);
  });
});

describe('rotateKeys', () => {
  it('signs with the next key from then on, which receivers know already', async () => {
    const destination = await testDestination();
    const { queue, client } = await testQueue();
    const old = {
      currentSigningKey: queue.currentSigningKey,
      nextSigningKey: queue.nextSigningKey,
    };
    await client.publish({ url: destination.url, body: 'before' });
    await destination.arrived(1);
    const rotated = queue.rotateKeys();
    expect(rotated.current).toBe(old.nextSigningKey);
    expect(queue.currentSigningKey).toBe(rotated.current);
    expect(queue.nextSigningKey).toBe(rotated.next);
    await client.publish({ url: destination.url, body: 'after' });
    const [before, after] = await destination.arrived(2);
    const now = { currentSigningKey: rotated.current, nextSigningKey: rotated.next };
    expect(before && (await verify(before, destination.url, old))).toBe(true);
    expect(after && (await verify(after, destination.url, old))).toBe(true);
    expect(after && (await verify(after, destination.url, now))).toBe(true);
    await expect(before && verify(before, destination.url, now)).rejects.toThrow();
  });

  it('leaves receivers behind that miss two rotations', async () => {
    const destination = await testDestination();
    const { queue, client } = await testQueue();
    queue.rotateKeys();
    queue.rotateKeys();
    await client.publish({ url: destination.url });
    const [received] = await destination.arrived(1);
    await expect(received && verify(received, destination.url)).rejects.toThrow();
  });
});
