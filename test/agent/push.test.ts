import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Batch } from '../../lib/agent/outbox.js';
import { createPush, retryAfterS } from '../../lib/agent/push.js';
import { startIngest } from './ingest-server.js';

const at = '2026-01-01T00:00:00.000Z';
const identity = { component: 'shop', instance: 'shop-1', bootId: randomUUID() };
const closers: (() => Promise<unknown>)[] = [];
const never = new AbortController().signal;

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

function batch(samples: number, over: Partial<Batch> = {}): Batch {
  return {
    key: randomUUID(),
    samples: Array.from({ length: samples }, (_, n) => ({ at, cpu_usage: n % 100 })),
    results: [],
    events: [],
    ...over,
  };
}

function pushTo(url: string) {
  return createPush({ url, key: 'fst_key', identity, fetch, now: () => new Date(at) });
}

async function serve(...[answer]: Parameters<typeof startIngest>) {
  const server = await startIngest(answer);
  closers.push(server.close);
  return server;
}

describe('createPush', () => {
  it('sends one batch with its identity, key and credential', async () => {
    const server = await serve();
    const result = { id: randomUUID(), ok: true, result: { success: true }, finished_at: at };
    const event = { kind: 'db_connection_recovered' as const, at, result: { success: true } };
    const given = batch(1, { results: [result], events: [event] });
    expect(await pushTo(server.url)(given, never)).toEqual({
      kind: 'stored',
      commands: [],
      nextPushS: null,
      rejected: 0,
    });
    expect(server.pushes).toMatchObject([
      {
        headers: {
          authorization: 'Bearer fst_key',
          'content-type': 'application/json',
          'idempotency-key': given.key,
        },
        body: {
          component: 'shop',
          instance: 'shop-1',
          boot_id: identity.bootId,
          samples: [{ at, cpu_usage: 0 }],
          results: [result],
          events: [event],
        },
      },
    ]);
  });

  it('keeps a path in front of /api', async () => {
    const server = await serve();
    expect(await pushTo(`${server.url}/`)(batch(1), never)).toMatchObject({ kind: 'stored' });
    expect(await pushTo(`${server.url}/below`)(batch(1), never)).toMatchObject({
      kind: 'refused',
      status: 404,
    });
  });

  it('compresses bodies from 1 KB up, and only those', async () => {
    const server = await serve();
    await pushTo(server.url)(batch(1), never);
    await pushTo(server.url)(batch(100), never);
    const [small, large] = server.pushes;
    expect(small?.headers['content-encoding']).toBeUndefined();
    expect(large?.headers['content-encoding']).toBe('gzip');
    expect(large?.body.samples).toHaveLength(100);
    expect(large?.bytes).toBeLessThan(1024);
  });

  it('hands on the commands, the wish for a sooner push, and what was rejected', async () => {
    const commands = [{ payload: 'x', signature: 'y' }];
    const rejected = [{ index: 0, code: 'out_of_range', detail: '' }];
    const server = await serve(() => ({ body: { commands, rejected, next_push_s: 5 } }));
    expect(await pushTo(server.url)(batch(1), never)).toEqual({
      kind: 'stored',
      commands,
      nextPushS: 5,
      rejected: 1,
    });
  });

  it.each([
    [0, 1],
    [0.5, 1],
    [1, 1],
    [60, 60],
    [86_400, 60],
    [-1, 1],
  ])('takes a wish for %d s as one for %d s', async (asked, taken) => {
    const server = await serve(() => ({ body: { next_push_s: asked } }));
    expect(await pushTo(server.url)(batch(1), never)).toMatchObject({ nextPushS: taken });
  });

  it.each([
    [200, 'stored'],
    [202, 'stored'],
    [307, 'refused'],
    [400, 'bad_batch'],
    [401, 'refused'],
    [403, 'refused'],
    [404, 'refused'],
    [408, 'later'],
    [409, 'later'],
    [413, 'bad_batch'],
    [422, 'bad_batch'],
    [429, 'later'],
    [500, 'later'],
    [503, 'later'],
    [599, 'later'],
  ])('takes status %d as %s', async (status, kind) => {
    const server = await serve(() => ({ status, headers: { location: 'http://127.0.0.1:9/' } }));
    expect(await pushTo(server.url)(batch(1), never)).toMatchObject({ kind });
    expect(server.pushes).toHaveLength(1);
  });

  it('tells the code and detail of a problem document', async () => {
    const body = { code: 'unauthorized', detail: 'the key has expired' };
    const server = await serve(() => ({ status: 401, body }));
    expect(await pushTo(server.url)(batch(1), never)).toEqual({
      kind: 'refused',
      status: 401,
      why: 'answered 401 unauthorized the key has expired',
    });
  });

  it('obeys Retry-After', async () => {
    const server = await serve(() => ({ status: 503, headers: { 'retry-after': '7' } }));
    expect(await pushTo(server.url)(batch(1), never)).toMatchObject({ retryAfterS: 7 });
  });

  it.each([
    ['nothing', 204, ''],
    ['a page for sale', 200, '<html>This domain is for sale</html>'],
    ['JSON of somebody else', 200, '{"ok":true}'],
    ['a count that is no number', 200, '{"accepted":"1"}'],
    ['a list', 200, '[{"accepted":1}]'],
  ])('keeps what was answered by %s: it is not stored', async (_, status, text) => {
    const server = createServer((request, response) => {
      request.resume().on('end', () => response.writeHead(status).end(text));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(async () => server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(await pushTo(url)(batch(1), never)).toEqual({
      kind: 'later',
      why: 'the answer is not from Forestall',
      retryAfterS: 0,
    });
  });

  it.each([
    ['a wish', { next_push_s: null }],
    ['a list of the rejected', { rejected: 'none' }],
    ['a list of commands', { commands: {} }],
    ['a list of commands, of a length', { commands: Array(101).fill({}) }],
  ])('counts a batch as stored beside %s that it cannot read', async (_, body) => {
    const server = await serve(() => ({ body }));
    expect(await pushTo(server.url)(batch(1), never)).toEqual({
      kind: 'stored',
      commands: [],
      nextPushS: null,
      rejected: 0,
    });
  });

  it('says what went wrong when nobody answers, without the address', async () => {
    const server = await serve();
    await server.close();
    closers.length = 0;
    expect(await pushTo(server.url)(batch(1), never)).toEqual({
      kind: 'later',
      why: 'no answer (ECONNREFUSED)',
      retryAfterS: 0,
    });
  });

  it('gives a lost answer another try', async () => {
    const server = await serve(() => ({ drop: true }));
    expect(await pushTo(server.url)(batch(1), never)).toMatchObject({ kind: 'later' });
  });

  it('ends with its signal', async () => {
    const aborting = new AbortController();
    const server = await serve(() => {
      aborting.abort(new DOMException('no answer in time', 'TimeoutError'));
      return { status: 202 };
    });
    expect(await pushTo(server.url)(batch(1), aborting.signal)).toMatchObject({
      kind: 'later',
      why: 'no answer (TimeoutError)',
    });
  });

  it('reads no more than a megabyte of an answer', async () => {
    const server = await serve(() => ({ body: 'x'.repeat(1024 * 1024 + 1) }));
    expect(await pushTo(server.url)(batch(1), never)).toEqual({
      kind: 'later',
      why: 'no answer (RangeError)',
      retryAfterS: 0,
    });
  });
});

describe('retryAfterS', () => {
  const now = new Date(at);
  it.each([
    [null, 0],
    ['', 0],
    ['soon', 0],
    ['0', 0],
    ['12', 12],
    ['100000', 300],
    ['Thu, 01 Jan 2026 00:00:30 GMT', 30],
    ['Wed, 31 Dec 2025 23:59:30 GMT', 0],
  ])('reads %j as %d s', (header, seconds) => {
    expect(retryAfterS(header, now)).toBe(seconds);
  });
});
