import type { Client } from '@upstash/qstash';
import { describe, expect, it } from 'vitest';
import { gate, silenceClient, testDestination, testQueue } from './support.js';

const NOWHERE = 'http://127.0.0.1:9';

/** Messages that wait for an hour, each different from the others in every filtered way. */
async function waiting(client: Client) {
  const base = { delay: 3600 };
  const first = await client.publish({
    ...base,
    url: `${NOWHERE}/a,b?x=1`,
    label: ['red', 'round'],
    flowControl: { key: 'flow-1', parallelism: 1 },
  });
  const second = await client.publish({ ...base, url: 'http://localhost:9/b', label: 'blue' });
  const third = await client
    .queue({ queueName: 'q-1' })
    .enqueue({ ...base, url: `${NOWHERE}/c`, label: 'red' });
  return [first, second, third].map(({ messageId }) => messageId);
}

describe('messages.get', () => {
  it('shows everything that the message was published with', async () => {
    const { client } = await testQueue({ timeScale: 1 });
    const { messageId } = await client.publishJSON({
      url: `${NOWHERE}/a`,
      body: { n: 1 },
      method: 'PUT',
      headers: { 'x-trace': '7' },
      delay: 3600,
      retries: 2,
      retryDelay: '1000 * (1 + retried)',
      callback: `${NOWHERE}/callback`,
      failureCallback: `${NOWHERE}/failure`,
      label: ['red', 'round'],
      flowControl: { key: 'k', parallelism: 2, rate: 10, period: '1m' },
    });
    const message = await client.messages.get(messageId);
    expect(message).toMatchObject({
      messageId,
      url: `${NOWHERE}/a`,
      method: 'PUT',
      header: { 'Content-Type': ['application/json'], 'X-Trace': ['7'] },
      body: '{"n":1}',
      maxRetries: 2,
      retryDelayExpression: '1000 * (1 + retried)',
      callback: `${NOWHERE}/callback`,
      failureCallback: `${NOWHERE}/failure`,
      callerIp: '127.0.0.1',
      flowControlKey: 'k',
      parallelism: 2,
      rate: 10,
      ratePerSecond: 10,
      period: 60,
      label: 'red',
      labels: ['red', 'round'],
    });
    expect(message.notBefore).toBe(message.createdAt + 3_600_000);
  });

  it('shows a body that is not text in base64', async () => {
    const { client } = await testQueue({ timeScale: 1 });
    const body = new Blob([Buffer.from([0xff, 0xfe, 0x00])]);
    const { messageId } = await client.publish({ url: NOWHERE, body, delay: 3600 });
    const message = await client.messages.get(messageId);
    expect(message.bodyBase64).toBe('//4A');
    expect(message.body).toBeUndefined();
  });

  it('does not find a message that is delivered', async () => {
    silenceClient();
    const destination = await testDestination();
    const { queue, client } = await testQueue();
    const { messageId } = await client.publish({ url: destination.url });
    await queue.idle(15_000);
    await expect(client.messages.get(messageId)).rejects.toMatchObject({ status: 404 });
  });

  it('hides what was to be redacted, and delivers it all the same', async () => {
    const destination = await testDestination();
    const { client } = await testQueue();
    const secret = {
      url: destination.url,
      body: 'private',
      headers: { authorization: 'Bearer private', 'x-open': 'yes' },
    };
    const redacted = /^REDACTED:[0-9a-f]{64}$/;
    const { messageId } = await client.publish({
      ...secret,
      delay: 600,
      redact: { body: true, header: ['Authorization'] },
    });
    const message = await client.messages.get(messageId);
    expect(message.body).toMatch(redacted);
    expect(message.header?.['Authorization']?.[0]).toMatch(redacted);
    expect(message.header?.['X-Open']).toEqual(['yes']);
    const all = await client.publish({ ...secret, delay: 3_600_000, redact: { header: true } });
    const { header, body } = await client.messages.get(all.messageId);
    expect(header?.['X-Open']?.[0]).toMatch(redacted);
    expect(body).toBe('private');
    const [received] = await destination.arrived(1);
    expect(String(received?.body)).toBe('private');
    expect(received?.headers.authorization).toBe('Bearer private');
  });
});

describe('messages.cancel', () => {
  it('takes one message back', async () => {
    silenceClient();
    const destination = await testDestination();
    const { queue, client } = await testQueue({ timeScale: 1 });
    const { messageId } = await client.publish({ url: destination.url, delay: 3600 });
    expect(await client.messages.cancel(messageId)).toEqual({ cancelled: 1 });
    expect(await queue.idle(15_000)).toBe(true);
    expect(destination.received).toEqual([]);
    await expect(client.messages.cancel(messageId)).rejects.toMatchObject({ status: 404 });
    await expect(client.messages.delete(messageId)).rejects.toMatchObject({ status: 404 });
  });

  it('takes those of a list back that are still there', async () => {
    const { client } = await testQueue({ timeScale: 1 });
    const [first = '', second = '', third = ''] = await waiting(client);
    expect(await client.messages.cancel([first, 'msg_gone', second])).toEqual({ cancelled: 2 });
    expect(await client.messages.deleteMany([third])).toBe(1);
  });

  it.each([
    ['url', { url: `${NOWHERE}/a,b?x=1` }, [0]],
    ['urls', { url: [`${NOWHERE}/c`, 'http://localhost:9/b'] }, [1, 2]],
    ['host', { host: '127.0.0.1:9' }, [0, 2]],
    ['host without port', { host: 'localhost' }, [1]],
    ['path', { path: ['/b', '/c'] }, [1, 2]],
    ['label', { label: 'red' }, [0, 2]],
    ['labels', { label: ['round', 'blue'] }, [0, 1]],
    ['flow control key', { flowControlKey: 'flow-1' }, [0]],
    ['queue', { queueName: 'q-1' }, [2]],
    ['caller', { callerIp: '127.0.0.1' }, [0, 1, 2]],
    ['another caller', { callerIp: '10.0.0.1' }, []],
    ['two filters together', { label: 'red', path: '/c' }, [2]],
    ['time', { fromDate: new Date(0), toDate: new Date('2100-01-01') }, [0, 1, 2]],
    ['a time before', { toDate: 1 }, []],
    ['schedule', { scheduleId: 'none' }, []],
    ['an empty label', { label: '' }, []],
  ])('takes back by %s', async (_, filter, expected) => {
    const { client } = await testQueue({ timeScale: 1 });
    const ids = await waiting(client);
    expect(await client.messages.cancel({ filter })).toEqual({ cancelled: expected.length });
    const { logs } = await client.logs({ filter: { state: 'CANCELED' } });
    expect(logs.map(({ messageId }) => messageId).sort()).toEqual(
      expected.map((index) => ids[index]).sort(),
    );
  });

  it('takes everything back when asked to', async () => {
    const { queue, client } = await testQueue({ timeScale: 1 });
    await waiting(client);
    expect(await client.messages.cancel({ all: true })).toEqual({ cancelled: 3 });
    expect(await client.messages.deleteAll()).toBe(0);
    expect(await queue.idle(1)).toBe(true);
  });

  it('never takes an unknown filter for none', async () => {
    silenceClient();
    const { client } = await testQueue({ timeScale: 1 });
    await waiting(client);
    await expect(
      client.http.request({ method: 'DELETE', path: ['v2', 'messages'], query: { colour: 'red' } }),
    ).rejects.toMatchObject({ status: 400 });
    expect(await client.messages.cancel({ all: true })).toEqual({ cancelled: 3 });
  });

  it('lets nothing follow from a delivery that was under way', async () => {
    const { opened, open } = gate();
    const listener = await testDestination();
    const destination = await testDestination(async () => {
      await opened;
      return { status: 500 };
    });
    const { queue, client } = await testQueue();
    const { messageId } = await client.publish({
      url: destination.url,
      retryDelay: '1',
      callback: listener.url,
      failureCallback: listener.url,
    });
    await destination.arrived(1);
    expect(await client.messages.cancel(messageId)).toEqual({ cancelled: 1 });
    open();
    expect(await queue.idle(15_000)).toBe(true);
    expect(destination.received).toHaveLength(1);
    expect(listener.received).toEqual([]);
    expect((await client.dlq.listMessages()).messages).toEqual([]);
  });
});
