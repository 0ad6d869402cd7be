import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { BASE, gate, testDestination, testQueue, verify } from './support.js';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
const MINUTE = 60_000;
const NOWHERE = 'http://127.0.0.1:9/';

describe('publish', () => {
  it('delivers JSON, signed for its URL', async () => {
    const destination = await testDestination();
    const url = `${destination.url}/api/recover?id=1`;
    const { queue, client } = await testQueue();
    const { messageId } = await client.publishJSON({ url, body: { name: 'Grüße' } });
    expect(await queue.idle(15_000)).toBe(true);
    const [received] = await destination.arrived(1);
    expect(received).toMatchObject({
      method: 'POST',
      path: '/api/recover?id=1',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Upstash-QStash',
        'upstash-message-id': messageId,
        'upstash-retried': '0',
        'upstash-caller-ip': '127.0.0.1',
      },
    });
    expect(JSON.parse(String(received?.body))).toEqual({ name: 'Grüße' });
    expect(received && (await verify(received, url))).toBe(true);
  });

  it('makes signatures that are good for one URL only', async () => {
    const destination = await testDestination();
    const { client } = await testQueue();
    await client.publish({ url: `${destination.url}/one`, body: 'x' });
    const [received] = await destination.arrived(1);
    await expect(received && verify(received, `${destination.url}/other`)).rejects.toThrow(
      'invalid subject',
    );
  });

  it.each(METHODS)('delivers by %s', async (method) => {
    const destination = await testDestination();
    const { client } = await testQueue();
    await client.publish({ url: `${destination.url}/m`, method, body: 'payload' });
    const [received] = await destination.arrived(1);
    expect(received?.method).toBe(method);
    expect(String(received?.body)).toBe('payload');
    expect(received && (await verify(received, `${destination.url}/m`))).toBe(true);
  });

  it('delivers a message without a body', async () => {
    const destination = await testDestination();
    const { client } = await testQueue();
    await client.publish({ url: destination.url });
    const [received] = await destination.arrived(1);
    expect(received?.body).toHaveLength(0);
    expect(received && (await verify(received, destination.url))).toBe(true);
  });

  it('delivers every byte as it came', async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    const destination = await testDestination();
    const { client } = await testQueue();
    await client.publish({
      url: destination.url,
      body: new Blob([bytes]),
      headers: { 'content-type': 'application/octet-stream' },
    });
    const [received] = await destination.arrived(1);
    expect(received?.body.equals(bytes)).toBe(true);
    expect(received?.headers['content-type']).toBe('application/octet-stream');
    const claims = String(received?.headers['upstash-signature']).split('.')[1] ?? '';
    const { body } = JSON.parse(String(Buffer.from(claims, 'base64url')));
    expect(body).toBe(`${createHash('sha256').update(bytes).digest('base64url')}=`);
  });

  it.each([
    '/plain',
    '/a%20b/c%2Fd?x=1&x=2',
    '/p?next=https://example.com/a?b=c&d=%26',
    '/v2/publish/http://127.0.0.1/',
    '/?qstash_token=mine',
  ])('keeps the destination %s as it is', async (path) => {
    const destination = await testDestination();
    const { client } = await testQueue();
    await client.publish({ url: `${destination.url}${path}` });
    const [received] = await destination.arrived(1);
    expect(received?.path).toBe(path);
    expect(received && (await verify(received, `${destination.url}${path}`))).toBe(true);
  });

  it('forwards the publisher’s headers, and none of the protocol', async () => {
    const destination = await testDestination();
    const { client } = await testQueue();
    await client.publish({
      url: destination.url,
      body: 'text',
      retries: 1,
      headers: {
        authorization: 'Bearer of-the-function',
        'x-vercel-protection-bypass': 'secret',
        'User-Agent': 'mine',
        'content-type': 'text/plain',
        'transfer-encoding': 'chunked',
      },
    });
    const [received] = await destination.arrived(1);
    expect(received?.headers).toMatchObject({
      authorization: 'Bearer of-the-function',
      'x-vercel-protection-bypass': 'secret',
      'user-agent': 'Upstash-QStash',
      'content-type': 'text/plain',
      'content-length': '4',
    });
    const protocol = Object.keys(received?.headers ?? {}).filter((name) =>
      /^upstash-(forward|retries|method|telemetry)/.test(name),
    );
    expect(protocol).toEqual([]);
    expect(received?.headers['transfer-encoding']).toBeUndefined();
  });

  it('waits for the delay', async () => {
    const destination = await testDestination();
    const { queue, client } = await testQueue();
    const before = Date.now();
    await client.publish({ url: destination.url, delay: 120 });
    await destination.arrived(1);
    // A timer may ring a millisecond early, never more.
    expect(Date.now() - before).toBeGreaterThanOrEqual(119);
    expect(await queue.idle(15_000)).toBe(true);
  });

  it.each([
    { headers: { 'Upstash-Delay': '1d10h30m' }, options: {}, afterMs: 34.5 * 60 * MINUTE },
    { headers: {}, options: { delay: '50s' as const }, afterMs: 50_000 },
    { headers: {}, options: { delay: 7200 }, afterMs: 120 * MINUTE },
    { headers: {}, options: { notBefore: 1_800_003_600 }, afterMs: 60 * MINUTE },
    { headers: {}, options: { notBefore: 1_800_003_600, delay: 7200 }, afterMs: 60 * MINUTE },
  ])('plans $headers $options for $afterMs ms later', async ({ headers, options, afterMs }) => {
    const { client } = await testQueue({ now: () => 1_800_000_000_000, timeScale: 1 });
    const { messageId } = await client.publish({ url: NOWHERE, headers, ...options });
    const message = await client.messages.get(messageId);
    expect(message.createdAt).toBe(1_800_000_000_000);
    expect(message.notBefore).toBe(1_800_000_000_000 + afterMs);
  });

  it('delivers at once what was to be delivered earlier', async () => {
    const destination = await testDestination();
    const { client } = await testQueue({ timeScale: 1 });
    await client.publish({ url: destination.url, notBefore: 1_000_000_000 });
    expect(await destination.arrived(1)).toHaveLength(1);
  });
});

describe('publish with deduplication', () => {
  const content = { url: 'http://127.0.0.1:9/a', body: 'body', contentBasedDeduplication: true };

  it('delivers a repeated id once, and answers 202 with the first message’s id', async () => {
    const destination = await testDestination();
    const { queue, client } = await testQueue();
    const first = await client.publish({ url: destination.url, deduplicationId: 'a', body: '1' });
    const again = await client.publish({ url: destination.url, deduplicationId: 'a', body: '2' });
    const other = await client.publish({ url: destination.url, deduplicationId: 'b', body: '3' });
    expect(first.deduplicated).toBeUndefined();
    expect(again).toEqual({ messageId: first.messageId, deduplicated: true });
    expect(other.messageId).not.toBe(first.messageId);
    await queue.idle(15_000);
    expect(destination.received.map(({ body }) => String(body)).sort()).toEqual(['1', '3']);
    const headers = { authorization: `Bearer ${BASE.token}`, 'upstash-deduplication-id': 'a' };
    const raw = `${queue.url}/v2/publish/${destination.url}`;
    expect((await fetch(raw, { method: 'POST', headers })).status).toBe(202);
  });

  it('remembers an id for ten minutes', async () => {
    let nowMs = Date.now();
    const destination = await testDestination();
    const { client } = await testQueue({ now: () => nowMs });
    const publish = () => client.publish({ url: destination.url, deduplicationId: 'a' });
    const first = await publish();
    nowMs += 10 * MINUTE - 1;
    expect((await publish()).messageId).toBe(first.messageId);
    nowMs += 1;
    const second = await publish();
    expect(second.messageId).not.toBe(first.messageId);
    expect((await publish()).messageId).toBe(second.messageId);
  });

  it('lets one of many parallel repetitions through', async () => {
    const destination = await testDestination();
    const { queue, client } = await testQueue({ folder: undefined });
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        client.publish({ url: destination.url, deduplicationId: 'a' }),
      ),
    );
    await queue.idle(15_000);
    expect(destination.received).toHaveLength(1);
    expect(answers.filter(({ deduplicated }) => deduplicated !== true)).toHaveLength(1);
    expect(new Set(answers.map(({ messageId }) => messageId)).size).toBe(1);
  });

  it.each([
    ['the same', {}, true],
    ['another retry count', { retries: 0 }, true],
    ['another body', { body: 'other' }, false],
    ['another destination', { url: 'http://127.0.0.1:9/b' }, false],
    ['another forwarded header', { headers: { 'x-shop': '2' } }, false],
    ['another content type', { headers: { 'content-type': 'text/plain' } }, false],
  ])('compares the content: %s', async (_, change, duplicate) => {
    const { client } = await testQueue({ timeScale: 1 });
    const delayed = { ...content, delay: 3600 };
    const first = await client.publish(delayed);
    const second = await client.publish({ ...delayed, ...change });
    expect(second.messageId === first.messageId).toBe(duplicate);
    expect(second.deduplicated === true).toBe(duplicate);
  });
});

describe('batch', () => {
  it('delivers each message with its own settings', async () => {
    const destination = await testDestination();
    const { queue, client } = await testQueue();
    const answers = await client.batchJSON([
      { url: `${destination.url}/a`, body: { n: 1 }, headers: { 'x-n': 'one' } },
      { url: `${destination.url}/b`, body: { n: 2 }, method: 'PUT', label: 'second' },
      { url: `${destination.url}/c`, queueName: 'q', body: { n: 3 } },
    ]);
    expect(answers).toHaveLength(3);
    await queue.idle(15_000);
    const byPath = Object.fromEntries(destination.received.map((one) => [one.path, one]));
    expect(byPath['/a']?.headers['x-n']).toBe('one');
    expect(byPath['/b']?.method).toBe('PUT');
    expect(byPath['/b']?.headers['upstash-label']).toBe('second');
    expect(byPath['/c']?.headers['upstash-queue-name']).toBe('q');
    expect(JSON.parse(String(byPath['/c']?.body))).toEqual({ n: 3 });
    for (const [path, received] of Object.entries(byPath)) {
      expect(received && (await verify(received, `${destination.url}${path}`))).toBe(true);
    }
  });

  it('sends bodies as they are, and counts repetitions among themselves', async () => {
    const destination = await testDestination();
    const { queue, client } = await testQueue();
    const message = { url: destination.url, body: 'plain ä', deduplicationId: 'a' };
    const [first, second] = await client.batch([{ ...message }, { ...message }]);
    expect(second).toEqual({ ...first, deduplicated: true });
    await queue.idle(15_000);
    expect(destination.received.map(({ body }) => String(body))).toEqual(['plain ä']);
  });

  it('sends the rest when one cannot be sent', async () => {
    const destination = await testDestination();
    const { queue, client } = await testQueue();
    const answers = await client.batch([
      { url: 'ftp://127.0.0.1/' },
      { url: destination.url, body: 'good' },
      { url: destination.url, retryDelay: 'nonsense(' },
    ]);
    expect(answers).toEqual([
      { error: expect.stringContaining('invalid scheme') },
      { messageId: expect.stringMatching(/^msg_/) },
      { error: expect.stringContaining('upstash-retry-delay') },
    ]);
    await queue.idle(15_000);
    expect(destination.received).toHaveLength(1);
  });

  it('holds back what flow control allows no more of', async () => {
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
    await client.batch(
      Array.from({ length: 8 }, () => ({
        url: destination.url,
        flowControl: { key: 'k', parallelism: 2 },
      })),
    );
    await destination.arrived(2);
    expect((await client.flowControl.get('k')).waitListSize).toBe(6);
    open();
    expect(await queue.idle(15_000)).toBe(true);
    expect(destination.received).toHaveLength(8);
    expect(most).toBe(2);
  });
});
