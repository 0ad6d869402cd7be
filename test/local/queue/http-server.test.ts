import { Client } from '@upstash/qstash';
import { describe, expect, it } from 'vitest';
import { BASE, silenceClient, testDestination, testQueue } from './support.js';

const NOWHERE = 'http://127.0.0.1:9/';
const AUTHORIZED = { authorization: `Bearer ${BASE.token}` };

async function refusal(promise: Promise<unknown>): Promise<{ status: number; error: string }> {
  const thrown: unknown = await promise.then(
    () => null,
    (error: unknown) => error,
  );
  if (!(thrown instanceof Error && 'status' in thrown)) {
    throw new Error('it was not refused', { cause: thrown });
  }
  return { status: Number(thrown.status), error: JSON.parse(thrown.message).error };
}

describe('createQueueServer', () => {
  it.each(['', 'wrong', `${BASE.token}x`, BASE.token.slice(0, -1)])(
    'answers 401 to the token "%s" and does nothing',
    async (token) => {
      silenceClient();
      const { queue } = await testQueue();
      const stranger = new Client({
        baseUrl: queue.url,
        token: token || 'x',
        retry: false,
        devMode: false,
      });
      const refused = await refusal(stranger.publish({ url: NOWHERE }));
      expect(refused).toEqual({ status: 401, error: 'unauthorized' });
      expect(await queue.idle(1)).toBe(true);
    },
  );

  it.each([{}, { authorization: BASE.token }, { authorization: `Basic ${BASE.token}` }])(
    'answers 401 to the headers %o',
    async (headers) => {
      const { queue } = await testQueue();
      const response = await fetch(`${queue.url}/v2/keys`, { headers });
      expect(response.status).toBe(401);
      expect(await response.json()).toEqual({ error: 'unauthorized' });
    },
  );

  it.each([
    ['a destination without scheme', { url: 'example.com/a' }, 'invalid scheme'],
    ['another scheme', { url: 'ftp://127.0.0.1/' }, 'invalid scheme'],
    ['a URL that is none', { url: 'http://' }, 'invalid scheme'],
    ['another machine', { url: 'https://example.com/' }, 'not this machine'],
    ['a private address', { url: 'http://10.0.0.1/' }, 'not this machine'],
    ['a host that looks like this machine', { url: 'http://127.0.0.1.example.com/' }, 'not this'],
    [
      'credentials that look like this machine',
      { url: 'http://127.0.0.1@example.com/' },
      'not this',
    ],
    ['a bad callback', { callback: 'nowhere' }, 'invalid scheme'],
    ['a callback elsewhere', { callback: 'https://example.com/' }, 'not this machine'],
    ['a failure callback elsewhere', { failureCallback: 'https://example.com/' }, 'not this'],
    ['a bad retry delay', { retryDelay: 'pow(2' }, 'upstash-retry-delay'],
    ['a bad delay', { headers: { 'upstash-delay': '5 minutes' } }, 'upstash-delay'],
    ['a bad time', { headers: { 'upstash-not-before': 'tomorrow' } }, 'upstash-not-before'],
    ['a bad timeout', { headers: { 'upstash-timeout': '-1s' } }, 'upstash-timeout'],
    ['bad retries', { headers: { 'upstash-retries': '-1' } }, 'upstash-retries'],
    ['fractional retries', { headers: { 'upstash-retries': '1.5' } }, 'upstash-retries'],
    ['bad retries of the callback', { headers: { 'upstash-callback-retries': 'x' } }, 'retries'],
    ['limits without a key', { headers: { 'upstash-flow-control-value': 'rate=1' } }, 'needs both'],
    ['a key without limits', { headers: { 'upstash-flow-control-key': 'k' } }, 'needs both'],
    [
      'bad limits',
      { headers: { 'upstash-flow-control-key': 'k', 'upstash-flow-control-value': 'burst=1' } },
      'upstash-flow-control-value',
    ],
  ])('answers 400 to %s, saying why', async (_, request, why) => {
    silenceClient();
    const { queue, client } = await testQueue();
    const refused = await refusal(client.publish({ url: NOWHERE, ...request }));
    expect(refused.status).toBe(400);
    expect(refused.error).toContain(why);
    expect(await queue.idle(1)).toBe(true);
  });

  it.each(['HEAD', 'TRACE', 'get me'])('answers 400 to the method %s', async (method) => {
    const { queue } = await testQueue();
    const response = await fetch(`${queue.url}/v2/publish/${NOWHERE}`, {
      method: 'POST',
      headers: { ...AUTHORIZED, 'upstash-method': method },
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ error: `invalid Upstash-Method: ${method}` });
  });

  it.each([
    ['POST', '/v2/batch', 'not json', 'it is not JSON'],
    ['POST', '/v2/batch', '{}', 'invalid body'],
    ['POST', '/v2/batch', '[{"body":"x"}]', 'invalid 0.destination'],
    ['POST', '/v2/batch', '[{"destination":"http://127.0.0.1","body":1}]', 'invalid 0.body'],
    ['POST', '/v2/queues', '{"parallelism":1}', 'invalid queueName'],
    ['POST', '/v2/topics/g/endpoints', '{"endpoints":[{"name":"a"}]}', 'invalid endpoints.0.url'],
    ['POST', '/v2/enqueue/a%20b/http://127.0.0.1/', '', 'queue name is invalid'],
    ['GET', '/v2/queues/%E0%A4%A', '', 'invalid path'],
  ])('answers 400 to %s %s with "%s"', async (method, path, body, why) => {
    const { queue } = await testQueue();
    const response = await fetch(`${queue.url}${path}`, {
      method,
      headers: AUTHORIZED,
      ...(body !== '' && { body }),
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ error: expect.stringContaining(why) });
  });

  it.each([
    ['GET', '/', 404],
    ['GET', '/v1/keys', 404],
    ['GET', '/v2/nonsense', 404],
    ['POST', '/v2/publish/', 404],
    ['GET', '/v2/publish/http://127.0.0.1/', 405],
    ['PUT', '/v2/keys', 405],
    ['POST', '/v2/messages/msg_1', 405],
  ])('answers %s %s with %d', async (method, path, status) => {
    const { queue } = await testQueue();
    const response = await fetch(`${queue.url}${path}`, { method, headers: AUTHORIZED });
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ error: expect.any(String) });
  });

  it('takes a body of one megabyte, and answers 413 to one byte more', async () => {
    silenceClient();
    const destination = await testDestination();
    const { queue, client } = await testQueue();
    const body = 'x'.repeat(1024 * 1024);
    await client.publish({ url: destination.url, body });
    expect(await queue.idle(15_000)).toBe(true);
    expect(destination.received[0]?.body).toHaveLength(body.length);
    const refused = await refusal(client.publish({ url: destination.url, body: `${body}x` }));
    expect(refused.status).toBe(413);
    expect(await queue.idle(1)).toBe(true);
    const batch = refusal(client.batch([{ url: destination.url, body }]));
    expect((await batch).status).toBe(413);
  });

  it('answers 413 also to much more, sent without a length', async () => {
    const { queue } = await testQueue();
    let left = 100;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        left -= 1;
        return left === 0 ? controller.close() : controller.enqueue(new Uint8Array(100_000));
      },
    });
    const init = { method: 'POST', headers: AUTHORIZED, body, duplex: 'half' as const };
    const response = await fetch(`${queue.url}/v2/publish/${NOWHERE}`, init);
    expect(response.status).toBe(413);
  });

  it('delivers elsewhere when that is allowed', async () => {
    const { client } = await testQueue({ allowAnyDestination: true, timeScale: 1 });
    const { messageId } = await client.publish({ url: 'https://example.com/', delay: 3600 });
    expect((await client.messages.get(messageId)).url).toBe('https://example.com/');
  });

  it.each(['http://localhost:9/', 'http://127.1.2.3:9/', 'http://[::1]:9/', 'HTTP://127.0.0.1:9/'])(
    'takes %s for this machine',
    async (url) => {
      const { client } = await testQueue({ timeScale: 1 });
      const { messageId } = await client.publish({ url, delay: 3600 });
      expect(messageId).toMatch(/^msg_/);
    },
  );
});
