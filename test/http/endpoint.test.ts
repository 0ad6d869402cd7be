import { afterEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { AppError } from '../../lib/errors.js';
import { jsonBody } from '../../lib/http/body-reader.js';
import type { EndpointOptions } from '../../lib/http/call.js';
import { endpoint } from '../../lib/http/endpoint.js';
import { reply } from '../../lib/http/reply.js';
import { requestTo, testInstallation } from '../support/http-deps.js';

const authenticate = async () => ({ kind: 'anonymous' }) as const;

function made<B = undefined, Q = unknown>(
  handler: (call: { query: Q; body: B; headers: object; requestId: string }) => unknown,
  options: EndpointOptions<B, Q> = {},
) {
  const installation = testInstallation();
  const serve = endpoint(() => installation.deps, { authenticate, options, handler });
  return { ...installation, serve };
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('endpoint', () => {
  it.each([
    ['an object', { a: 1 }, 200, '{"a":1}'],
    ['a list', [], 200, '[]'],
    ['null', null, 200, 'null'],
    ['zero', 0, 200, '0'],
    ['nothing', undefined, 204, ''],
    ['a promise', Promise.resolve({ a: 1 }), 200, '{"a":1}'],
    ['a reply', reply(202, { b: 2 }), 202, '{"b":2}'],
    ['a response', new Response('a,b', { headers: { 'content-type': 'text/csv' } }), 200, 'a,b'],
  ])('answers %s', async (_, value, status, text) => {
    const response = await made(() => value).serve(requestTo('/api/x'));
    expect([response.status, await response.text()]).toEqual([status, text]);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('keeps the headers of a reply, and its type', async () => {
    const { serve } = made(() => reply(201, {}, { location: '/api/x/1' }));
    const { headers } = await serve(requestTo('/api/x'));
    expect([headers.get('location'), headers.get('content-type')]).toEqual([
      '/api/x/1',
      'application/json',
    ]);
  });

  it('gives each request an id, the same in call, answer and log', async () => {
    const { serve, lines } = made(({ requestId }) => ({ requestId }));
    const [one, two] = [await serve(requestTo('/api/x')), await serve(requestTo('/api/x'))];
    const id = one.headers.get('x-request-id');
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(await one.json()).toEqual({ requestId: id });
    expect(lines[0]?.['request_id']).toBe(id);
    expect(two.headers.get('x-request-id')).not.toBe(id);
  });

  it('does not take an id from the caller', async () => {
    const { serve } = made(() => null);
    const headers = { 'x-request-id': 'mine' };
    expect((await serve(requestTo('/api/x', { headers }))).headers.get('x-request-id')).not.toBe(
      'mine',
    );
  });

  it('logs one line per request, without query, body or headers', async () => {
    const { serve, lines } = made(() => null, {
      body: jsonBody(z.unknown()),
      query: z.record(z.string(), z.string()),
    });
    const headers = { 'x-extra': 'secret-header', cookie: 'secret-cookie' };
    await serve(requestTo('/api/x/1?token=secret-query', { body: '{"p":"secret-body"}', headers }));
    expect(lines).toEqual([
      {
        level: 'info',
        request_id: expect.any(String),
        method: 'POST',
        path: '/api/x/1',
        status: 200,
        ms: expect.any(Number),
        caller: 'anonymous',
      },
    ]);
  });

  it.each([
    ['/api/x/fst_abc.def', '/api/x/[secret]'],
    ['/api/hook/source/token-of-it', '/api/hook/source/[secret]'],
    [`/api/${'x'.repeat(500)}`, `/api/${'x'.repeat(195)}`],
  ])('logs %s as %s', async (path, logged) => {
    const { serve, lines } = made(() => null, { secretParts: [3] });
    await serve(requestTo(path));
    expect(lines[0]?.['path']).toBe(logged);
  });

  it('tells nothing of what nobody foresaw, and logs where it was', async () => {
    const { serve, lines } = made(() => {
      throw new TypeError('cannot reach postgresql://u:hunter2@host/db');
    });
    const response = await serve(requestTo('/api/x'));
    const text = await response.text();
    expect(response.status).toBe(500);
    expect(JSON.parse(text)).toEqual({
      type: 'urn:forestall:problem:internal',
      title: expect.any(String),
      status: 500,
      code: 'internal',
    });
    expect(lines).toMatchObject([
      { level: 'error', status: 500, code: 'internal', error: { name: 'TypeError' } },
    ]);
    expect(JSON.stringify(lines)).toContain('endpoint.test.ts');
    expect(text + JSON.stringify(lines)).not.toContain('hunter2');
  });

  it.each([
    [
      'a circle',
      () => {
        const circle: { self?: unknown } = {};
        circle.self = circle;
        return circle;
      },
    ],
    ['a bigint', () => ({ n: 1n })],
    ['a rejection without an Error', () => Promise.reject('hunter2')],
    [
      'a response that was read',
      async () => {
        const response = new Response('x');
        await response.text();
        return response;
      },
    ],
  ])('answers 500 when the work gives %s', async (_, work) => {
    const { serve, lines } = made(work);
    expect((await serve(requestTo('/api/x'))).status).toBe(500);
    expect(lines).toHaveLength(1);
  });

  it('logs what a caller did wrong by its code only', async () => {
    const { serve, lines } = made(() => {
      throw new AppError('invalid', 'component "hunter2" is not known');
    });
    expect((await serve(requestTo('/api/x'))).status).toBe(400);
    expect(lines).toMatchObject([{ level: 'info', status: 400, code: 'invalid' }]);
    expect(JSON.stringify(lines)).not.toContain('hunter2');
  });

  it('answers as a problem when the installation is not configured', async () => {
    const output = vi.spyOn(console, 'log').mockReturnValue();
    const getDeps = () => {
      throw new AppError('misconfigured', 'FORESTALL_SECRET is not set');
    };
    const serve = endpoint(getDeps, { authenticate, options: {}, handler: () => null });
    const response = await serve(requestTo('/api/x'));
    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({ code: 'misconfigured' });
    // There is no log of the installation yet: the line goes to the standard output.
    expect(output.mock.calls).toEqual([[expect.stringContaining('"code":"misconfigured"')]]);
  });

  it('answers even when the log fails', async () => {
    const output = vi.spyOn(console, 'log').mockReturnValue();
    const { deps } = testInstallation({
      log: () => {
        throw new Error('the disk is full');
      },
    });
    const serve = endpoint(() => deps, { authenticate, options: {}, handler: () => null });
    expect((await serve(requestTo('/api/x'))).status).toBe(200);
    expect(output.mock.calls).toEqual([[expect.stringContaining('could not be written')]]);
  });

  it.each(['?a=1', '?a', '?__proto__=1'])(
    'refuses the query %s where none is known',
    async (query) => {
      const response = await made(() => null).serve(requestTo(`/api/x${query}`));
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ code: 'invalid' });
    },
  );

  it('parses a query, and drops what a rewrite added', async () => {
    const query = z.strictObject({ limit: z.coerce.number().int().max(10) });
    const { serve } = made((call) => call.query, { query, routed: ['id'] });
    expect(await (await serve(requestTo('/api/x/7?limit=5&id=7'))).json()).toEqual({ limit: 5 });
    expect((await serve(requestTo('/api/x/7?limit=11'))).status).toBe(400);
    expect((await serve(requestTo('/api/x/7?limit=5&limit=6'))).status).toBe(400);
  });

  it('shows the handler the headers it asked for, and no others', async () => {
    const { serve } = made((call) => call.headers, { headers: ['prefer', 'x-missing'] });
    const headers = { prefer: 'wait', authorization: 'Bearer secret' };
    expect(await (await serve(requestTo('/api/x', { headers }))).json()).toEqual({
      prefer: 'wait',
    });
  });

  it('leaves a body unread where none is wanted', async () => {
    const { serve } = made(() => null);
    const request = requestTo('/api/x', { body: 'anything', headers: { 'content-type': 'x/y' } });
    expect((await serve(request)).status).toBe(200);
    expect(request.bodyUsed).toBe(false);
  });
});
