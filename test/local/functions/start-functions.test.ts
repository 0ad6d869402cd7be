import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Functions, startFunctions } from '../../../lib/local/functions/start-functions.js';
import { type TestProject, writeProject } from '../../support/project.js';

const LIMIT = 4.5 * 1024 * 1024;

const ECHO = `
const echo = async (request: Request): Promise<Response> =>
  Response.json({
    method: request.method,
    path: new URL(request.url).pathname,
    query: [...new URL(request.url).searchParams],
    headers: Object.fromEntries(request.headers),
    body: await request.text(),
  });
export const GET = echo;
export const POST = echo;
export const PUT = echo;
export const DELETE = echo;
`;

const FILES = {
  'api/echo.ts': ECHO,
  'api/index.ts': `export const GET = (): Response => new Response('root of the api');`,
  'api/hooks/[source].ts': ECHO,
  'api/hooks/known.ts': `export const POST = (): Response => new Response('the known one');`,
  'api/_private.ts': ECHO,
  'api/.hidden.ts': ECHO,
  'api/_lib/inner.ts': ECHO,
  'api/types.d.ts': 'export {};',
  'api/notes.md': 'no function',
  'api/fail.ts': `
export const GET = (): Response => { throw new Error('secret detail'); };
export const POST = async (): Promise<Response> => { throw new Error('secret detail'); };
export const PUT = (): unknown => ({ not: 'a response' });
`,
  'api/broken.ts': `throw new Error('secret detail of a module');`,
  'api/slow.ts': `
export const GET = (): Promise<Response> => new Promise(() => undefined);
export const POST = async (): Promise<Response> => {
  await new Promise((resolve) => setTimeout(resolve, 1200));
  throw new Error('too late to matter');
};
`,
  'api/count.ts': `
let calls = 0;
export const POST = async (request: Request): Promise<Response> => {
  calls += 1;
  return new Response(String((await request.arrayBuffer()).byteLength));
};
export const GET = (): Response => new Response(String(calls));
`,
  'api/stream.ts': `
let ask: () => void = () => undefined;
const asked = new Promise<void>((resolve) => { ask = resolve; });
export const GET = (): Response => {
  const encoder = new TextEncoder();
  return new Response(
    new ReadableStream({
      async start(controller) {
        controller.enqueue(encoder.encode('first '));
        await asked;
        controller.enqueue(encoder.encode('second'));
        controller.close();
      },
    }),
  );
};
export const POST = (): Response => { ask(); return new Response(null, { status: 204 }); };
`,
  'api/gone.ts': `
let gone = false;
let reached: () => void = () => undefined;
const waiting = new Promise<void>((resolve) => { reached = resolve; });
export const GET = async (request: Request): Promise<Response> => {
  reached();
  await new Promise((resolve) => request.signal.addEventListener('abort', resolve));
  gone = true;
  return new Response('nobody reads this');
};
export const POST = async (): Promise<Response> => { await waiting; return new Response('reached'); };
export const PUT = (): Response => Response.json({ gone });
`,
  'api/later.ts': `
const context = Reflect.get(globalThis, Symbol.for('@vercel/request-context')).get();
let done = 0;
export const POST = (): Response => {
  context.waitUntil(new Promise((resolve) => setTimeout(() => { done += 1; resolve(done); }, 30)));
  context.waitUntil(Promise.reject(new Error('in the background')));
  return new Response('answered');
};
export const GET = (): Response => new Response(String(done));
`,
  'api/headers.ts': `
export const GET = (): Response => {
  const headers = new Headers({ 'cache-control': 'max-age=1', 'x-own': 'yes' });
  headers.append('set-cookie', 'a=1');
  headers.append('set-cookie', 'b=2');
  return new Response('x', { status: 201, headers });
};
export const HEAD = (): Response => new Response(null, { status: 202 });
`,
  'public/index.html': '<!doctype html><title>page</title>',
  'public/page.js': 'export {};',
  'public/sub/index.html': 'sub',
  'secret.txt': 'not to be served',
};

const CONFIG = {
  functions: {
    'api/slow.ts': { maxDuration: 1 },
    'api/**/*.ts': { maxDuration: 10, includeFiles: 'sql/**' },
  },
  rewrites: [
    { source: '/things/:id', destination: '/api/echo' },
    { source: '/things/:id/:verb', destination: '/api/echo?fixed=1' },
    { source: '/deep/:path*', destination: '/api/echo' },
    { source: '/in/:source/:token', destination: '/api/hooks/:source' },
    { source: '/nowhere', destination: '/api/missing' },
  ],
  redirects: [{ source: '/old/:id', destination: '/things/:id', permanent: true }],
  headers: [
    { source: '/(.*)', headers: [{ key: 'x-content-type-options', value: 'nosniff' }] },
    { source: '/api/(.*)', headers: [{ key: 'cache-control', value: 'no-store' }] },
  ],
  crons: [{ path: '/api/echo', schedule: '0 3 * * *' }],
};

let project: TestProject;
let functions: Functions;

beforeAll(async () => {
  project = await writeProject(FILES, CONFIG);
  functions = await startFunctions({ root: project.root, port: 0, host: '127.0.0.1' });
});
afterAll(async () => {
  await functions.close();
  await project.remove();
});
afterEach(() => vi.restoreAllMocks());

const call = (path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(functions.url + path, { redirect: 'manual', ...init });

const echo = async (path: string, init: RequestInit = {}) =>
  (await (await call(path, init)).json()) as {
    method: string;
    path: string;
    query: [string, string][];
    headers: Record<string, string>;
    body: string;
  };

/** Send bytes as they are, and read all that comes back. */
async function raw(text: string): Promise<string> {
  const socket = connect(Number(new URL(functions.url).port), '127.0.0.1');
  socket.write(text);
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  return answer;
}

describe('routes', () => {
  it('come from the file tree, without what is private, hidden or no code', () => {
    expect([...functions.routes].sort()).toEqual(
      [
        '/api',
        '/api/broken',
        '/api/count',
        '/api/echo',
        '/api/fail',
        '/api/gone',
        '/api/headers',
        '/api/hooks/:source',
        '/api/hooks/known',
        '/api/later',
        '/api/slow',
        '/api/stream',
      ].sort(),
    );
  });

  it.each([
    '/api/_private',
    '/api/.hidden',
    '/api/_lib/inner',
    '/api/types',
    '/api/notes',
    '/api/echo.ts',
    '/api/echo/more',
    '/api/hooks',
    '/api/hooks/a/b',
    '/nowhere',
    '/secret.txt',
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/page.js%00.txt',
    '/vercel.json',
  ])('do not lead to %s', async (path) => {
    const [head = '', body = ''] = (
      await raw(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`)
    ).split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1.1 404 /);
    expect(head).toContain('x-vercel-error: NOT_FOUND');
    expect(body).not.toContain('not to be served');
  });

  it('lead to the index of a folder, with and without a slash at the end', async () => {
    expect(await (await call('/api')).text()).toBe('root of the api');
    expect(await (await call('/api/')).text()).toBe('root of the api');
  });

  it('prefer a file of that very name to a dynamic one', async () => {
    const answer = await call('/api/hooks/known', { method: 'POST' });
    expect(await answer.text()).toBe('the known one');
  });

  it.each([
    { path: '/api/hooks/alertmanager', query: [['source', 'alertmanager']] },
    {
      path: '/api/hooks/a%20b%2Fc?x=1',
      query: [
        ['x', '1'],
        ['source', 'a b/c'],
      ],
    },
    { path: '/api/hooks/%zz', query: [['source', '%zz']] },
  ])('fill in the dynamic part of $path', async ({ path, query }) => {
    const answer = await echo(path);
    expect(answer.query).toEqual(query);
    expect(answer.path).toBe(path.split('?')[0]);
  });
});

describe('rewrites', () => {
  it.each([
    { path: '/things/7', query: [['id', '7']] },
    {
      path: '/things/7?id=8',
      query: [
        ['id', '8'],
        ['id', '7'],
      ],
    },
    {
      path: '/things/7/undo',
      query: [
        ['fixed', '1'],
        ['id', '7'],
        ['verb', 'undo'],
      ],
    },
    { path: '/deep/a/b/c', query: [['path', 'a/b/c']] },
    { path: '/deep', query: [['path', '']] },
    { path: '/things/a%26id=9', query: [['id', 'a&id=9']] },
    { path: '/things/a&id=9', query: [['id', 'a&id=9']] },
    { path: '/in/alertmanager/tok', query: [['source', 'alertmanager']] },
    { path: '/THINGS/7', query: [['id', '7']] },
  ])('show $path to the function as it was asked for, and add to its query', async (row) => {
    const answer = await echo(row.path);
    expect(answer.path).toBe(row.path.split('?')[0]);
    expect([...answer.query].sort()).toEqual([...row.query].sort());
  });

  it('keep method, headers and body', async () => {
    const answer = await echo('/things/7', {
      method: 'PUT',
      body: 'a body',
      headers: { 'x-mine': 'y' },
    });
    expect(answer).toMatchObject({ method: 'PUT', body: 'a body', headers: { 'x-mine': 'y' } });
  });
});

describe('redirects', () => {
  it('are answered by the platform', async () => {
    const answer = await call('/old/7');
    expect([answer.status, answer.headers.get('location')]).toEqual([308, '/things/7']);
  });
});

describe('headers', () => {
  it('of vercel.json are added where the function has none of the name', async () => {
    const [own, plain] = [await call('/api/headers'), await call('/api/echo')];
    expect(own.headers.get('cache-control')).toBe('max-age=1');
    expect(plain.headers.get('cache-control')).toBe('no-store');
    expect(own.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('of the function are kept, each of several of one name', async () => {
    const answer = await call('/api/headers');
    expect(answer.status).toBe(201);
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  });

  it('of the platform cannot be forged by the caller', async () => {
    const forged = { 'x-forwarded-for': '6.6.6.6', 'x-real-ip': '6.6.6.6' };
    const { headers } = await echo('/api/echo', { headers: forged });
    expect(headers).toMatchObject({ 'x-forwarded-for': '127.0.0.1', 'x-real-ip': '127.0.0.1' });
  });
});

describe('methods', () => {
  it.each([
    { path: '/api/echo', method: 'PATCH', allow: 'GET, HEAD, POST, PUT, DELETE' },
    { path: '/api/hooks/known', method: 'GET', allow: 'POST' },
    { path: '/api/echo', method: 'OPTIONS', allow: 'GET, HEAD, POST, PUT, DELETE' },
    { path: '/page.js', method: 'POST', allow: 'GET, HEAD' },
  ])('without an export are refused: $method $path', async ({ path, method, allow }) => {
    const answer = await call(path, { method });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, allow]);
  });

  it('HEAD is served by GET without its body, unless the function has its own', async () => {
    const [echoed, own] = [
      await call('/api/echo', { method: 'HEAD' }),
      await call('/api/headers', { method: 'HEAD' }),
    ];
    expect([echoed.status, await echoed.text(), own.status]).toEqual([200, '', 202]);
  });
});

describe('bodies', () => {
  async function* pieces(bytes: number): AsyncGenerator<Uint8Array> {
    for (let i = 0; i < 4; i++) yield new Uint8Array(bytes / 4);
  }
  const chunked = (bytes: number): RequestInit => ({
    method: 'POST',
    duplex: 'half',
    body: ReadableStream.from(pieces(bytes)),
  });

  it('arrive byte for byte', async () => {
    const text = '{"a" :\t"ü"}\r\n';
    expect((await echo('/api/echo', { method: 'POST', body: text })).body).toBe(text);
  });

  it.each([
    { name: 'of 4.5 MB', init: { method: 'POST', body: new Uint8Array(LIMIT) }, status: 200 },
    {
      name: 'of one byte more',
      init: { method: 'POST', body: new Uint8Array(LIMIT + 1) },
      status: 413,
    },
    { name: 'of 20 MB', init: { method: 'POST', body: new Uint8Array(20_000_000) }, status: 413 },
    { name: 'of 4.5 MB in pieces', init: chunked(LIMIT), status: 200 },
    { name: 'of more in pieces', init: chunked(LIMIT + 4), status: 413 },
    { name: 'of 20 MB in pieces', init: chunked(20_000_000), status: 413 },
  ])('$name answer $status', async ({ init, status }) => {
    const before = await (await call('/api/count')).text();
    const answer = await call('/api/count', init);
    const after = await (await call('/api/count')).text();
    expect(answer.status).toBe(status);
    expect(answer.headers.get('x-vercel-error')).toBe(
      status === 413 ? 'FUNCTION_PAYLOAD_TOO_LARGE' : null,
    );
    expect(Number(after) - Number(before)).toBe(status === 413 ? 0 : 1);
  });

  it('of answers are sent as they come', async () => {
    const answer = await call('/api/stream');
    const reader = answer.body?.getReader();
    const first = await reader?.read();
    await call('/api/stream', { method: 'POST' });
    const second = await reader?.read();
    const text = [first, second].map((one) => Buffer.from(one?.value ?? []).toString());
    expect(text).toEqual(['first ', 'second']);
  });
});

describe('failures', () => {
  it.each([
    { path: '/api/fail', method: 'GET' },
    { path: '/api/fail', method: 'POST' },
    { path: '/api/fail', method: 'PUT' },
    { path: '/api/broken', method: 'GET' },
  ])('of $method $path show no detail to the caller, and all of it in the log', async (row) => {
    const logged = vi.spyOn(console, 'error').mockReturnValue();
    const answer = await call(row.path, { method: row.method });
    expect(answer.status).toBe(500);
    expect(answer.headers.get('x-vercel-error')).toBe('FUNCTION_INVOCATION_FAILED');
    expect(await answer.text()).toBe('FUNCTION_INVOCATION_FAILED\n');
    expect(logged).toHaveBeenCalledOnce();
  });

  it.each(['GET', 'POST'])('to answer a %s in time are a 504', async (method) => {
    const answer = await call('/api/slow', { method });
    expect(answer.status).toBe(504);
    expect(answer.headers.get('x-vercel-error')).toBe('FUNCTION_INVOCATION_TIMEOUT');
  });

  it('of the caller to wait are seen by the function', async () => {
    const patience = new AbortController();
    const answer = call('/api/gone', { signal: patience.signal });
    await call('/api/gone', { method: 'POST' });
    patience.abort();
    await expect(answer).rejects.toThrow();
    await expect
      .poll(async () => (await call('/api/gone', { method: 'PUT' })).json())
      .toEqual({ gone: true });
  });

  it('of the caller to send what it announced harm nobody', async () => {
    const socket = connect(Number(new URL(functions.url).port), '127.0.0.1');
    socket.write('POST /api/count HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nshort');
    await once(socket, 'connect');
    socket.destroy();
    expect((await call('/api/echo')).status).toBe(200);
  });

  it('to be a URL are refused', async () => {
    const answer = await raw('GET /api/echo HTTP/1.1\r\nhost: [\r\nconnection: close\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1.1 400 /);
  });

  it('to begin with one slash are no way to another host', async () => {
    const answer = await raw(
      'GET //evil/api/echo HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1.1 404 /);
  });
});

describe('static files', () => {
  it.each([
    { path: '/', type: 'text/html; charset=utf-8' },
    { path: '/page.js', type: 'text/javascript; charset=utf-8' },
    { path: '/page%2Ejs', type: 'text/javascript; charset=utf-8' },
    { path: '/sub/', type: 'text/html; charset=utf-8' },
  ])('are served at $path', async ({ path, type }) => {
    const answer = await call(path);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, type]);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });
});

describe('waitUntil', () => {
  it('lets work go on after the answer, and the server wait for it', async () => {
    const logged = vi.spyOn(console, 'error').mockReturnValue();
    const own = await startFunctions({ root: project.root, port: 0, host: '127.0.0.1' });
    const answer = await fetch(`${own.url}/api/later`, { method: 'POST' });
    expect(await answer.text()).toBe('answered');
    await own.close();
    expect(await (await call('/api/later')).text()).toBe('1');
    expect(logged).toHaveBeenCalledOnce();
  });
});

describe('runCron', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('calls as the platform does', async () => {
    vi.stubEnv('CRON_SECRET', 'of the cron');
    const answer = (await (await functions.runCron('/api/echo')).json()) as {
      method: string;
      headers: Record<string, string>;
    };
    expect(answer.method).toBe('GET');
    expect(answer.headers).toMatchObject({
      'user-agent': 'vercel-cron/1.0',
      authorization: 'Bearer of the cron',
    });
  });

  it('refuses a path that no cron has', async () => {
    await expect(functions.runCron('/api/count')).rejects.toThrow(RangeError);
  });
});

describe('startFunctions', () => {
  it('fails when its port is taken', async () => {
    const port = Number(new URL(functions.url).port);
    const second = startFunctions({ root: project.root, port, host: '127.0.0.1' });
    await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it.each([
    { name: 'a broken rewrite', config: { rewrites: [{ source: '/a/:', destination: '/b' }] } },
    {
      name: 'a duration that is none',
      config: { functions: { 'api/*.ts': { maxDuration: 'x' } } },
    },
    {
      name: 'a condition that is not carried out here',
      config: {
        rewrites: [{ source: '/a', destination: '/b', has: [{ type: 'host', value: 'x' }] }],
      },
    },
  ])('names $name in vercel.json', async ({ config }) => {
    const wrong = await writeProject({ 'api/a.ts': ECHO }, config);
    const started = startFunctions({ root: wrong.root, port: 0, host: '127.0.0.1' });
    await expect(started).rejects.toThrow(/vercel\.json: /);
    await wrong.remove();
  });
});
