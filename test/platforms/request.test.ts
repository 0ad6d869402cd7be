import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { AppError } from '../../lib/errors.js';
import { type Call, order, request } from '../../lib/platforms/request.js';
import { openVendor, type VendorOptions } from '../../lib/platforms/vendor.js';

const TOKEN = 'rnd-very-secret';
const Answer = z.object({ id: z.string(), list: z.array(z.object({ n: z.number() })) });
const GOOD = { id: 'x', list: [{ n: 1 }] };
const READ: Call = {
  method: 'GET',
  path: '/things/1',
  query: { key: 'hidden-query' },
  credential: 'VENDOR_KEY',
};
const WRITE: Call = { method: 'POST', path: '/things', body: { a: 1 }, credential: 'VENDOR_KEY' };

const vendor = (given: Partial<VendorOptions>) =>
  openVendor('Vendor', {
    baseUrl: 'https://api.vendor.example/v1',
    credential: (name) => (name === 'VENDOR_KEY' ? TOKEN : undefined),
    fetch: () => Promise.reject(new Error('no call is expected')),
    now: () => new Date('2026-03-01T12:00:00Z'),
    ...given,
  });

/** A vendor whose answers come from a list; keeps what it was sent. */
function answering(...answers: (() => Response)[]) {
  const sent: { url: string; init: RequestInit }[] = [];
  const fetcher: typeof fetch = async (url, init = {}) => {
    sent.push({ url: String(url), init });
    const next = answers.shift();
    if (next === undefined) throw new Error('one call too many');
    return next();
  };
  return { sent, vendor: vendor({ fetch: fetcher }) };
}

const json = (body: unknown, init?: ResponseInit) => () => Response.json(body, init);

async function failure(promise: Promise<unknown>): Promise<AppError> {
  const error = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof AppError)) throw new Error(`no AppError but ${inspect(error)}`);
  const shown = inspect(error, { depth: 9, showHidden: true });
  for (const secret of [TOKEN, 'hidden-query', 'vendor-words']) expect(shown).not.toContain(secret);
  return error;
}

describe('request', () => {
  it('sends what was asked, and answers what was parsed', async () => {
    const { sent, vendor } = answering(json({ ...GOOD, more: true }, { status: 201 }));
    expect(await request(vendor, READ, Answer)).toEqual({ status: 201, data: GOOD });
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({
      url: 'https://api.vendor.example/v1/things/1?key=hidden-query',
      init: {
        method: 'GET',
        redirect: 'manual',
        headers: { authorization: `Bearer ${TOKEN}`, accept: 'application/json' },
      },
    });
    expect(sent[0]?.init).not.toHaveProperty('body');
  });

  it('sends no credential where none is named, and headers of the call’s own', async () => {
    const { sent, vendor } = answering(json(GOOD));
    const signed = { ...WRITE, credential: null, headers: { 'webhook-id': 'msg_1' } };
    await request(vendor, signed, Answer);
    expect(sent[0]?.init.headers).toMatchObject({ 'webhook-id': 'msg_1' });
    expect(sent[0]?.init.headers).not.toHaveProperty('authorization');
  });

  it('names no credential when a call without one is refused', async () => {
    const { vendor } = answering(json({}, { status: 403 }));
    expect(await failure(request(vendor, { ...WRITE, credential: null }, Answer))).toMatchObject({
      code: 'upstream_refused',
      message: 'Vendor: POST /things answered 403: the call was refused',
    });
  });

  it('sends a body as JSON', async () => {
    const { sent, vendor } = answering(json(GOOD));
    await request(vendor, WRITE, Answer);
    expect(sent[0]).toMatchObject({
      url: 'https://api.vendor.example/v1/things',
      init: {
        method: 'POST',
        body: '{"a":1}',
        headers: { 'content-type': 'application/json' },
      },
    });
  });

  it.each([
    [400, 'upstream_refused', 'Vendor: GET /things/1 answered 400'],
    [
      401,
      'upstream_refused',
      'Vendor: GET /things/1 answered 401: the credential in VENDOR_KEY was refused',
    ],
    [
      403,
      'upstream_refused',
      'Vendor: GET /things/1 answered 403: the credential in VENDOR_KEY was refused',
    ],
    [404, 'refused', 'Vendor: GET /things/1 answered 404: the target is gone'],
    [410, 'refused', 'Vendor: GET /things/1 answered 410: the target is gone'],
    [409, 'upstream_refused', 'Vendor: GET /things/1 answered 409'],
    [422, 'upstream_refused', 'Vendor: GET /things/1 answered 422'],
    [429, 'upstream_unavailable', 'Vendor: GET /things/1 answered 429'],
    [500, 'upstream_unavailable', 'Vendor: GET /things/1 answered 500'],
    [503, 'upstream_unavailable', 'Vendor: GET /things/1 answered 503'],
    [599, 'upstream_unavailable', 'Vendor: GET /things/1 answered 599'],
    [302, 'upstream_refused', 'Vendor: GET /things/1 answered 302: redirects are not followed'],
    [304, 'upstream_refused', 'Vendor: GET /things/1 answered 304: redirects are not followed'],
  ])('turns status %i into %s', async (status, code, message) => {
    const body = status === 304 ? null : 'vendor-words';
    const { sent, vendor } = answering(() => new Response(body, { status }));
    const error = await failure(request(vendor, READ, Answer));
    expect(error).toMatchObject({ code, message, retryAfterS: undefined });
    expect(error.notTaken).toBe(status === 429);
    expect(sent).toHaveLength(1);
  });

  it.each([
    [429, { 'retry-after': '9' }, 9],
    [503, { 'retry-after': '90000' }, 3600],
    [500, { 'ratelimit-reset': '20' }, 20],
    [503, { 'retry-after': 'soon' }, undefined],
    [400, { 'retry-after': '9' }, undefined],
  ])('says of status %i with %j to wait %j seconds', async (status, headers, wait) => {
    const { vendor } = answering(() => new Response('', { status, headers }));
    expect((await failure(request(vendor, READ, Answer))).retryAfterS).toBe(wait);
  });

  it.each([
    ['another shape', '{"id":"vendor-words"}', 'list'],
    ['a wrong member deep inside', '{"id":"x","list":[{"n":1},{"n":"vendor-words"}]}', 'list.1.n'],
    ['a list', '[]', 'the whole'],
    ['null', 'null', 'the whole'],
    ['no JSON', '<html>vendor-words</html>', 'the whole'],
    ['half of it', '{"id":"vendor-words', 'the whole'],
    ['nothing', '', 'the whole'],
  ])('refuses an answer that is %s, and names the place', async (_, body, where) => {
    const { vendor } = answering(() => new Response(body));
    expect(await failure(request(vendor, READ, Answer))).toMatchObject({
      code: 'upstream_refused',
      message: `Vendor: GET /things/1 answered in an unknown shape (at ${where})`,
    });
  });

  it.each(['another shape', 'nothing', 'more than 1 MB'])(
    'does not take a change whose answer is %s for refused: it may stand',
    async (body) => {
      const text = { nothing: '', 'more than 1 MB': 'v'.repeat(1024 * 1024 + 1) }[body] ?? '{}';
      const { vendor } = answering(
        () => new Response(text, { status: 201 }),
        () => new Response(text, { status: 201 }),
      );
      expect(await failure(request(vendor, WRITE, Answer))).toMatchObject({
        code: 'upstream_unavailable',
      });
      const readsOnly = { ...WRITE, readsOnly: true } as const;
      expect(await failure(request(vendor, readsOnly, Answer))).toMatchObject({
        code: 'upstream_refused',
      });
    },
  );

  it('reads 1 MB, and refuses a byte more', async () => {
    const sized = (bytes: number) => () => new Response(`"${'v'.repeat(bytes - 2)}"`);
    const { vendor } = answering(sized(1024 * 1024), sized(1024 * 1024 + 1));
    expect((await request(vendor, READ, z.string())).data).toHaveLength(1024 * 1024 - 2);
    expect(await failure(request(vendor, READ, z.string()))).toMatchObject({
      code: 'upstream_refused',
      message: 'Vendor: GET /things/1 answered with more than 1 MB',
    });
  });

  it.each([
    [undefined, 'VENDOR_KEY is not set: Vendor cannot be called'],
    ['', 'VENDOR_KEY is not set: Vendor cannot be called'],
    [`${TOKEN}\n`, 'VENDOR_KEY holds characters that no credential has: Vendor cannot be called'],
    [`${TOKEN} x`, 'VENDOR_KEY holds characters that no credential has: Vendor cannot be called'],
    [`${TOKEN}ü`, 'VENDOR_KEY holds characters that no credential has: Vendor cannot be called'],
  ])('calls nobody with the credential %j', async (token, message) => {
    let calls = 0;
    const counting = vendor({
      credential: () => token,
      fetch: async () => {
        calls += 1;
        return Response.json(GOOD);
      },
    });
    const error = await failure(request(counting, READ, Answer));
    expect(error).toMatchObject({ code: 'refused', message });
    expect(calls).toBe(0);
  });

  it('keeps to itself what fetch says when it fails', async () => {
    const fetcher = () =>
      Promise.reject(new Error(`vendor-words ${TOKEN}`, { cause: new Error(TOKEN) }));
    const error = await failure(request(vendor({ fetch: fetcher }), READ, Answer));
    expect(error).toMatchObject({
      code: 'upstream_unavailable',
      message: 'Vendor: GET /things/1 did not answer (the connection broke)',
    });
    expect(error.cause).toBeUndefined();
  });
});

describe('request, when a limit is used up', () => {
  const usedUp = json(GOOD, {
    headers: { 'ratelimit-remaining': '0', 'ratelimit-reset': '30' },
  });

  it('does not call before the reset, and calls after it', async () => {
    let now = new Date('2026-03-01T12:00:00Z');
    const answers = [usedUp, json(GOOD)];
    let calls = 0;
    const limited = vendor({
      now: () => now,
      fetch: async () => {
        calls += 1;
        return answers[calls - 1]?.() ?? Response.error();
      },
    });
    await request(limited, READ, Answer);
    now = new Date('2026-03-01T12:00:29.500Z');
    expect(await failure(request(limited, READ, Answer))).toMatchObject({
      code: 'upstream_unavailable',
      message: 'Vendor: GET /things/1 was not sent: the rate limit is used up for 1 s',
      retryAfterS: 1,
    });
    expect(calls).toBe(1);
    now = new Date('2026-03-01T12:00:30Z');
    expect((await request(limited, READ, Answer)).data).toEqual(GOOD);
    expect(calls).toBe(2);
  });

  it('is closed for that method and credential alone', async () => {
    const { sent, vendor } = answering(usedUp, json(GOOD), json(GOOD));
    const both = { ...vendor, credential: () => TOKEN };
    await request(both, WRITE, Answer);
    await request(both, READ, Answer);
    await request(both, { ...WRITE, credential: 'VENDOR_OTHER_KEY' }, Answer);
    expect((await failure(request(both, WRITE, Answer))).retryAfterS).toBe(30);
    expect(sent).toHaveLength(3);
  });

  it('is remembered by one adapter and not by the next', async () => {
    await request(answering(usedUp).vendor, READ, Answer);
    expect((await request(answering(json(GOOD)).vendor, READ, Answer)).data).toEqual(GOOD);
  });
});

describe('order', () => {
  it.each([
    [200, 'no JSON at all'],
    [202, ''],
    [201, '{"id":"x"}'],
  ])('answers status %i whatever the body is', async (status, body) => {
    const { vendor } = answering(() => new Response(body, { status }));
    expect(await order(vendor, WRITE)).toBe(status);
  });

  it('fails as a request does', async () => {
    const { vendor } = answering(() => new Response('vendor-words', { status: 401 }));
    expect((await failure(order(vendor, WRITE))).code).toBe('upstream_refused');
  });
});

describe('request, over a real connection', () => {
  const closers: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    await Promise.all(closers.splice(0).map((close) => close()));
  });

  async function listen(listener: RequestListener): Promise<string> {
    const server = createServer(listener).listen(0, '127.0.0.1');
    await once(server, 'listening');
    closers.push(() => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  it('does not follow a redirect, and so does not carry the credential on', async () => {
    let visits = 0;
    const elsewhere = await listen((_, response) => {
      visits += 1;
      response.end('{}');
    });
    const baseUrl = await listen((_, response) => {
      response.writeHead(307, { location: elsewhere }).end();
    });
    expect(await failure(request(vendor({ baseUrl, fetch }), READ, Answer))).toMatchObject({
      code: 'upstream_refused',
      message: 'Vendor: GET /things/1 answered 307: redirects are not followed',
    });
    expect(visits).toBe(0);
  });

  it.each([
    ['an answer that never begins', () => undefined],
    [
      'a body that never ends',
      (_: unknown, response: { write: (text: string) => unknown }) => response.write('{"id":'),
    ],
  ] as [string, RequestListener][])('gives up on %s', async (_, listener) => {
    const baseUrl = await listen(listener);
    const impatient = vendor({ baseUrl, fetch, timeoutMs: 100 });
    expect(await failure(request(impatient, READ, Answer))).toMatchObject({
      code: 'upstream_unavailable',
      message: 'Vendor: GET /things/1 did not answer within 100 ms',
    });
  });

  it.each([
    [
      'before the answer',
      (_, response) => {
        response.destroy();
      },
    ],
    [
      'within the body',
      (_, response) => {
        response.writeHead(200, { 'content-length': 99 });
        response.write('{"id":"vendor-words"', () => response.destroy());
      },
    ],
  ] as [string, RequestListener][])(
    'is unavailable when the connection breaks %s',
    async (_, cut) => {
      const baseUrl = await listen(cut);
      expect(await failure(request(vendor({ baseUrl, fetch }), WRITE, Answer))).toMatchObject({
        code: 'upstream_unavailable',
        message: expect.stringMatching(/^Vendor: POST \/things did not answer \([A-Z_]+\)$/),
        notTaken: false,
      });
    },
  );

  it('is unavailable when nobody listens', async () => {
    const baseUrl = await listen(() => undefined);
    await Promise.all(closers.splice(0).map((close) => close()));
    expect(await failure(request(vendor({ baseUrl, fetch }), READ, Answer))).toMatchObject({
      code: 'upstream_unavailable',
      message: 'Vendor: GET /things/1 did not answer (ECONNREFUSED)',
      notTaken: true,
    });
  });

  it('does not wait for the body of an endless answer', async () => {
    const baseUrl = await listen((_, response) => {
      const pour = (): void => {
        while (response.write('"'.padEnd(65_536, 'v')));
        response.once('drain', pour);
      };
      pour();
    });
    expect(await failure(request(vendor({ baseUrl, fetch }), READ, z.string()))).toMatchObject({
      message: 'Vendor: GET /things/1 answered with more than 1 MB',
    });
  });
});
