import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { AppError } from '../../lib/errors.js';
import { jsonBody } from '../../lib/http/body-reader.js';
import { queueEndpoint } from '../../lib/http/queue-endpoint.js';
import { qstashVerify } from '../../lib/queue/verify.js';
import { BASE_URL, requestTo, testInstallation } from '../support/http-deps.js';

const PATH = '/api/recover';
const { deps, signature, key, lines } = testInstallation();

/** An endpoint that works as told, and remembers for whom. */
function worker(work: () => unknown = () => ({ done: true })) {
  const calls: unknown[] = [];
  const post = queueEndpoint(
    () => deps,
    { body: jsonBody(z.strictObject({ id: z.string() })) },
    (call) => {
      calls.push(call);
      return work();
    },
  );
  return { post, calls };
}

const BODY = '{"id":"1"}';
const delivery = (body: string, signed: string, headers: Record<string, string> = {}) =>
  requestTo(PATH, { body, headers: { 'upstash-signature': signed, ...headers } });

describe('queueEndpoint', () => {
  it('works for a delivery that is signed for this path', async () => {
    const { post, calls } = worker();
    const headers = { 'upstash-message-id': 'msg_1', 'upstash-retried': '2' };
    const response = await post(delivery(BODY, signature(PATH, BODY), headers));
    expect([response.status, await response.json()]).toEqual([200, { done: true }]);
    expect(calls).toMatchObject([
      { identity: { kind: 'queue', messageId: 'msg_1', retried: 2 }, body: { id: '1' } },
    ]);
    expect(lines.at(-1)).toMatchObject({ caller: 'queue', message_id: 'msg_1', retried: 2 });
  });

  it('accepts the next key, so that keys can be rotated', async () => {
    const signed = signature(PATH, BODY, { key: 'next' });
    expect((await worker().post(delivery(BODY, signed))).status).toBe(200);
  });

  const genuine = signature(PATH, BODY);
  const [head = '', claims = '', mac = ''] = genuine.split('.');
  const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url');
  const altered = { ...JSON.parse(Buffer.from(claims, 'base64url').toString()), sub: 'x' };
  const moved = Buffer.from(JSON.stringify(altered)).toString('base64url');

  it.each([
    ['none', ''],
    ['a word', 'signature'],
    ['one by another key', signature(PATH, BODY, { key: 'sig_of_somebody_else' })],
    ['one for another body', signature(PATH, '{"id":"2"}')],
    ['one for another of our paths', signature('/api/ingest', BODY)],
    ['one for another installation', signature(PATH, BODY, { url: `https://evil.example${PATH}` })],
    [
      'one for the address that the request names',
      signature(PATH, BODY, { url: `https://some-deployment.example${PATH}` }),
    ],
    [
      'one for our address in another spelling',
      signature(PATH, BODY, { url: `${BASE_URL}${PATH}/` }),
    ],
    ['one without its MAC', `${head}.${claims}.`],
    ['one that says it needs no MAC', `${none}.${claims}.`],
    ['one with altered claims', `${head}.${moved}.${mac}`],
    ['one cut short', genuine.slice(0, -1)],
  ])('answers 401 to a signature that is %s, without working', async (_, signed) => {
    const { post, calls } = worker();
    const response = await post(delivery(BODY, signed));
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ code: 'unauthorized' });
    expect(calls).toHaveLength(0);
  });

  it('answers 401 to a delivery whose body was altered on its way, if only by a space', async () => {
    const { post, calls } = worker();
    expect((await post(delivery(`${BODY} `, signature(PATH, BODY)))).status).toBe(401);
    expect((await post(delivery('not json', signature(PATH, BODY)))).status).toBe(401);
    expect(calls).toHaveLength(0);
  });

  it('answers 401 to a key, even of an administrator', async () => {
    const { post, calls } = worker();
    const headers = { authorization: `Bearer ${key(['admin'])}` };
    expect((await post(requestTo(PATH, { body: BODY, headers }))).status).toBe(401);
    expect(calls).toHaveLength(0);
  });

  it('refuses everything while the signing keys are missing', async () => {
    const keyless = { currentSigningKey: undefined, nextSigningKey: undefined, baseUrl: BASE_URL };
    const closed = { ...deps, verifyQueue: qstashVerify(keyless) };
    const post = queueEndpoint(
      () => closed,
      {},
      () => ({ done: true }),
    );
    const response = await post(delivery(BODY, signature(PATH, BODY)));
    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({ code: 'misconfigured' });
  });

  it.each([
    ['no JSON', 'oops'],
    ['another shape', '{"id":7}'],
    ['nothing', ''],
  ])('answers 489 to a signed delivery of %s: it will never be better', async (_, body) => {
    const { post, calls } = worker();
    const response = await post(delivery(body, signature(PATH, body)));
    expect(response.status).toBe(489);
    expect(response.headers.get('upstash-nonretryable-error')).toBe('true');
    expect(await response.json()).toMatchObject({ code: 'invalid' });
    expect(calls).toHaveLength(0);
    expect(lines.at(-1)).toMatchObject({ status: 489, error: { code: 'invalid' } });
  });

  it.each([
    ['is refused for good', new AppError('upstream_refused', 'x'), 489, 'true', null],
    ['finds nothing', new AppError('not_found', 'x'), 489, 'true', null],
    ['cannot go on now', new AppError('unavailable', 'x'), 503, null, null],
    ['is told when', new AppError('upstream_unavailable', 'x', { retryAfterS: 9 }), 503, null, '9'],
    ['fails unforeseen', new TypeError('x'), 500, null, null],
  ])('answers in the queue’s terms when the work %s', async (_, error, status, never, after) => {
    const { post } = worker(() => {
      throw error;
    });
    const response = await post(delivery(BODY, signature(PATH, BODY)));
    expect(response.status).toBe(status);
    expect(response.headers.get('upstash-nonretryable-error')).toBe(never);
    expect(response.headers.get('retry-after')).toBe(after);
  });

  it.each(['-1', 'x', '1.5', '1e400'])('counts %s redeliveries as none', async (retried) => {
    const { post, calls } = worker();
    await post(delivery(BODY, signature(PATH, BODY), { 'upstash-retried': retried }));
    expect(calls).toMatchObject([{ identity: { retried: 0 } }]);
  });
});
