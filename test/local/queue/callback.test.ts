import { describe, expect, it } from 'vitest';
import { testDestination, testQueue, verify } from './support.js';

const decoded = (base64: string) => Buffer.from(base64, 'base64').toString('utf8');

describe('callbacksOf', () => {
  it('reports a success to the callback, signed', async () => {
    const destination = await testDestination(() => ({
      status: 201,
      headers: { 'x-answer': 'yes', 'set-cookie': ['a=1', 'b=2'] },
      body: 'made it: ä',
    }));
    const listener = await testDestination();
    const { queue, client } = await testQueue();
    const { messageId } = await client.publishJSON({
      url: `${destination.url}/work`,
      body: { n: 1 },
      headers: { 'x-trace': '7' },
      callback: `${listener.url}/callback`,
      failureCallback: `${listener.url}/failure`,
    });
    expect(await queue.idle(15_000)).toBe(true);
    expect(listener.received.map(({ path }) => path)).toEqual(['/callback']);
    const [received] = listener.received;
    expect(received && (await verify(received, `${listener.url}/callback`))).toBe(true);
    expect(received?.headers['content-type']).toBe('application/json');
    const body = JSON.parse(String(received?.body));
    expect(body).toMatchObject({
      status: 201,
      header: { 'X-Answer': ['yes'], 'Set-Cookie': ['a=1', 'b=2'] },
      retried: 0,
      maxRetries: 3,
      sourceMessageId: messageId,
      url: `${destination.url}/work`,
      method: 'POST',
      sourceHeader: { 'Content-Type': ['application/json'], 'X-Trace': ['7'] },
      callerIP: '127.0.0.1',
    });
    expect(decoded(body.body)).toBe('made it: ä');
    expect(decoded(body.sourceBody)).toBe('{"n":1}');
    expect(Number(body.notBefore)).toBe(Number(body.createdAt));
    expect(body).not.toHaveProperty('dlqId');
  });

  it('reports every attempt to the callback, and the end to the failure callback', async () => {
    const destination = await testDestination(() => ({ status: 500, body: 'broken' }));
    const listener = await testDestination();
    const { queue, client } = await testQueue();
    await client.publish({
      url: destination.url,
      retries: 2,
      retryDelay: '1',
      callback: `${listener.url}/callback`,
      failureCallback: `${listener.url}/failure`,
    });
    expect(await queue.idle(15_000)).toBe(true);
    const bodies = (path: string) =>
      listener.received
        .filter((received) => received.path === path)
        .map(({ body }) => JSON.parse(String(body)));
    expect(
      bodies('/callback')
        .map(({ retried }) => retried)
        .sort(),
    ).toEqual([0, 1, 2]);
    const [failure, ...more] = bodies('/failure');
    expect(more).toEqual([]);
    expect(failure).toMatchObject({ status: 500, retried: 2, maxRetries: 2 });
    expect(decoded(failure.body)).toBe('broken');
    const { messages } = await client.dlq.listMessages({ dlqIds: [failure.dlqId] });
    expect(messages).toMatchObject([{ messageId: failure.sourceMessageId }]);
    for (const received of listener.received) {
      expect(await verify(received, `${listener.url}${received.path}`)).toBe(true);
    }
  });

  it('reports to the failure callback at once what is not to be retried', async () => {
    const destination = await testDestination(() => ({
      status: 489,
      headers: { 'upstash-nonretryable-error': 'true' },
    }));
    const listener = await testDestination();
    const { queue, client } = await testQueue();
    await client.publish({ url: destination.url, retries: 5, failureCallback: listener.url });
    expect(await queue.idle(15_000)).toBe(true);
    expect(destination.received).toHaveLength(1);
    expect(JSON.parse(String(listener.received[0]?.body))).toMatchObject({
      status: 489,
      retried: 0,
      maxRetries: 5,
    });
  });

  it('says what was wrong when there was no answer', async () => {
    const listener = await testDestination();
    const { queue, client } = await testQueue();
    await client.publish({
      url: 'http://127.0.0.1:1/',
      retries: 0,
      failureCallback: listener.url,
    });
    expect(await queue.idle(15_000)).toBe(true);
    const body = JSON.parse(String(listener.received[0]?.body));
    expect(body.status).toBe(0);
    expect(decoded(body.body)).toContain('ECONNREFUSED');
  });

  it('takes the callback’s own settings from its own headers', async () => {
    const destination = await testDestination(() => ({ status: 500 }));
    const listener = await testDestination((_, number) => ({ status: number === 0 ? 500 : 200 }));
    const { queue, client } = await testQueue();
    await client.publish({
      url: destination.url,
      retries: 0,
      failureCallback: listener.url,
      headers: {
        'Upstash-Failure-Callback-Method': 'PUT',
        'Upstash-Failure-Callback-Retries': '1',
        'Upstash-Failure-Callback-Retry-Delay': '1',
        'Upstash-Failure-Callback-Forward-Authorization': 'Bearer for-the-callback',
      },
    });
    expect(await queue.idle(15_000)).toBe(true);
    expect(listener.received).toHaveLength(2);
    expect(listener.received[1]).toMatchObject({
      method: 'PUT',
      headers: { authorization: 'Bearer for-the-callback', 'upstash-retried': '1' },
    });
  });

  it('retries a callback as often as its message when it says nothing else', async () => {
    const destination = await testDestination();
    const listener = await testDestination(() => ({ status: 500 }));
    const { queue, client } = await testQueue({ timeScale: 1e-6 });
    await client.publish({ url: destination.url, retries: 2, callback: listener.url });
    expect(await queue.idle(15_000)).toBe(true);
    expect(listener.received).toHaveLength(3);
    const { messages } = await client.dlq.listMessages();
    expect(messages).toMatchObject([{ url: listener.url, maxRetries: 2 }]);
  });
});
