import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { jsonBody } from '../../lib/http/body-reader.js';
import { keyEndpoint } from '../../lib/http/key-endpoint.js';
import { Scope } from '../../lib/security/scope.js';
import { requestTo, testInstallation } from '../support/http-deps.js';

const installation = testInstallation();
const { deps, key, lines, revoked } = installation;
const seen: unknown[] = [];
const post = keyEndpoint(
  () => deps,
  { scope: 'operate', bound: true, body: jsonBody(z.strictObject({ a: z.number() })) },
  (call) => {
    seen.push(call);
    return { who: call.identity.name, a: call.body.a };
  },
);

const send = (authorization: string | null, body = '{"a":1}') =>
  post(requestTo('/api/x', { body, headers: authorization === null ? {} : { authorization } }));

async function refused(response: Response, status: number, code: string) {
  expect(response.status).toBe(status);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(await response.json()).toMatchObject({ code });
}

describe('keyEndpoint', () => {
  it('tells the handler whose key it is, and what was sent', async () => {
    const id = crypto.randomUUID();
    const response = await send(
      `Bearer ${key(['operate'], { id, name: 'ci', component: 'shop' })}`,
    );
    expect([response.status, await response.json()]).toEqual([200, { who: 'ci', a: 1 }]);
    expect(seen.at(-1)).toMatchObject({
      identity: { kind: 'key', id, name: 'ci', scopes: ['operate'], component: 'shop' },
      body: { a: 1 },
      rawBody: '{"a":1}',
      query: {},
    });
  });

  it('refuses keys that are bound to a component where nobody looks at that', async () => {
    let calls = 0;
    const open = keyEndpoint(
      () => deps,
      { scope: 'operate' },
      () => {
        calls += 1;
      },
    );
    const ask = (authorization: string) =>
      open(requestTo('/api/x', { method: 'POST', headers: { authorization } }));
    await refused(await ask(`Bearer ${key(['admin'], { component: 'shop' })}`), 403, 'forbidden');
    expect(calls).toBe(0);
    expect((await ask(`Bearer ${key(['admin'])}`)).status).toBe(204);
  });

  it.each([
    ['nothing', null],
    ['an empty header', ''],
    ['another scheme', 'Basic dTpw'],
    ['no key of ours', 'Bearer sk-1234'],
    ['a forged key', `Bearer fst_${Buffer.from('{"scopes":["admin"]}').toString('base64url')}.x`],
    ['a key of another installation', `Bearer ${testInstallation().key(['admin'])}`],
    ['an expired key', `Bearer ${key(['admin'], { expiresAt: new Date(Date.now() - 1000) })}`],
    ['two keys', `Bearer ${key(['admin'])}, Bearer ${key(['admin'])}`],
  ])('answers 401 to %s, without reading the body or working', async (_, authorization) => {
    const before = seen.length;
    let pulled = 0;
    const body = new ReadableStream({
      pull() {
        pulled += 1;
        return new Promise(() => {});
      },
    });
    const headers = authorization === null ? {} : { authorization };
    const url = 'https://x.example/api/x';
    const request = new Request(url, { method: 'POST', body, headers, duplex: 'half' });
    const response = await post(request);
    await refused(response, 401, 'unauthorized');
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/);
    expect(pulled).toBeLessThanOrEqual(1);
    expect(seen).toHaveLength(before);
  });

  it('answers 401 to a key that was revoked', async () => {
    const id = crypto.randomUUID();
    const token = key(['admin'], { id });
    expect((await send(`Bearer ${token}`)).status).toBe(200);
    revoked.add(id);
    await refused(await send(`Bearer ${token}`), 401, 'unauthorized');
  });

  it('refuses any key in which one character was changed', async () => {
    const token = key(['operate']);
    const place = fc.integer({ min: 4, max: token.length - 1 });
    await fc.assert(
      fc.asyncProperty(place, fc.constantFrom(...'aA0_-'), async (at, other) => {
        fc.pre(token[at] !== other);
        const forged = token.slice(0, at) + other + token.slice(at + 1);
        expect((await send(`Bearer ${forged}`)).status).toBe(401);
      }),
    );
  });

  it.each(Scope.options)('answers by scope to a key that may %s', async (scope) => {
    const response = await send(`Bearer ${key([scope])}`);
    if (scope === 'operate' || scope === 'admin') return expect(response.status).toBe(200);
    await refused(response, 403, 'forbidden');
  });

  it.each([
    ['no JSON', '{"a":', 400, 'invalid'],
    ['another shape', '{"a":"1"}', 400, 'invalid'],
    ['an unknown member', '{"a":1,"b":2}', 400, 'invalid'],
    ['nothing', '', 400, 'invalid'],
    ['a deep nest', '['.repeat(100), 400, 'invalid'],
    ['a prototype', '{"__proto__":1,"a":1}', 400, 'invalid'],
    ['too much', `{"a":1${' '.repeat(256 * 1024)}}`, 413, 'too_large'],
  ])('refuses %s without working', async (_, body, status, code) => {
    const before = seen.length;
    await refused(await send(`Bearer ${key(['operate'])}`, body), status, code);
    expect(seen).toHaveLength(before);
  });

  it('refuses a queue’s signature in place of a key', async () => {
    const headers = { 'upstash-signature': installation.signature('/api/x', '{"a":1}') };
    await refused(
      await post(requestTo('/api/x', { body: '{"a":1}', headers })),
      401,
      'unauthorized',
    );
  });

  it('logs whose key it was, and nothing of the key', async () => {
    const id = crypto.randomUUID();
    const token = key(['operate'], { id });
    await send(`Bearer ${token}`);
    expect(lines.at(-1)).toMatchObject({ caller: 'key', key_id: id, status: 200, path: '/api/x' });
    expect(JSON.stringify(lines)).not.toContain('fst_');
  });
});
