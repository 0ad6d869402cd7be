import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Agent, createAgent, startAgent } from '../../lib/agent/agent.js';
import type { AgentNotice } from '../../lib/agent/notice.js';
import { type AgentOptions, MACHINERY, type Machinery } from '../../lib/agent/options.js';
import { type IngestServer, type PushAnswer, type SeenPush, startIngest } from './ingest-server.js';
import { commandFor, ours, strangers } from './signed.js';

const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** The product's own durations, shorter. */
const quick: Machinery = {
  ...MACHINERY,
  pushBackoff: { firstMs: 10, mostMs: 40 },
  refusedBackoff: { firstMs: 150, mostMs: 300 },
  flushMs: 1000,
  databaseWaitsMs: [1, 1, 1, 1, 1],
};

async function serve(answer?: (push: SeenPush) => PushAnswer, port?: number) {
  const server = await startIngest(answer, port);
  closers.push(server.close);
  return server;
}

/** An agent in this process, with its notices. */
function start(url: string, over: Partial<AgentOptions> = {}, machinery = quick) {
  const notices: AgentNotice[] = [];
  const agent = createAgent(
    {
      url,
      key: 'fst_key',
      component: 'shop',
      instance: 'shop-1',
      commandKey: ours.publicKey,
      intervalS: 0.1,
      onEvent: (notice) => notices.push(notice),
      ...over,
    },
    machinery,
  );
  closers.push(agent.stop);
  const of = <K extends AgentNotice['kind']>(kind: K) =>
    notices.filter((one): one is Extract<AgentNotice, { kind: K }> => one.kind === kind);
  return { agent, notices, of };
}

const addressOf = ({ body }: SeenPush) => ({
  component: body.component,
  instance: body.instance,
  boot_id: body.boot_id,
});

const samplesOf = (server: IngestServer) => server.pushes.flatMap(({ body }) => body.samples);

/** Answer the first push with what it makes, all others plainly. */
function once(make: (push: SeenPush) => PushAnswer): (push: SeenPush) => PushAnswer {
  let isFirst = true;
  return (push) => {
    const answer = isFirst ? make(push) : {};
    isFirst = false;
    return answer;
  };
}

const hadRequests = (sample: Readonly<Record<string, unknown>>) =>
  Number(sample['request_count']) > 0;

/** Serve on loopback until the test ends; answers the address. */
async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const withResult = (push: SeenPush) => (push.body.results ?? []).length > 0;

describe('startAgent', () => {
  it('refuses wrong options before it begins anything', () => {
    const options = { url: 'https://forestall.example', key: 'k', component: 'a shop' };
    expect(() => startAgent(options)).toThrow(/^agent option component/);
    expect(() => startAgent({ ...options, component: 'shop', commandKey: 'x' })).toThrow(
      RangeError,
    );
  });

  it('tells of its boot at once, and each start is another boot', async () => {
    const server = await serve();
    const first = start(server.url, { intervalS: 3600 });
    const second = start(server.url, { intervalS: 3600 });
    await server.until(({ body }) => body.boot_id === first.agent.bootId);
    await server.until(({ body }) => body.boot_id === second.agent.bootId);
    expect(first.agent.bootId).not.toBe(second.agent.bootId);
    expect(server.pushes[0]?.body).toMatchObject({
      component: 'shop',
      instance: 'shop-1',
      samples: [{ memory_bytes: expect.any(Number), memory_usage: expect.any(Number) }],
    });
  });
});

describe('pushing', () => {
  it('sends what the process needs, and nothing that it does not know', async () => {
    const server = await serve();
    start(server.url);
    const { body } = await server.until(({ body }) =>
      body.samples.some((one) => 'cpu_usage' in one),
    );
    const sample = body.samples.find((one) => 'cpu_usage' in one);
    expect(Object.keys(sample ?? {}).sort()).toEqual(
      ['at', 'cpu_usage', 'event_loop_lag_ms', 'heap_bytes', 'memory_bytes', 'memory_usage'].sort(),
    );
    expect(sample?.['memory_usage']).toBeGreaterThan(0);
    expect(sample?.['memory_usage']).toBeLessThanOrEqual(100);
    expect(sample?.['cpu_usage']).toBeGreaterThanOrEqual(0);
    expect(sample?.['cpu_usage']).toBeLessThanOrEqual(100);
  });

  it('measures memory against the limit that it is given', async () => {
    const server = await serve();
    start(server.url, { memoryLimitMb: 1 });
    const { body } = await server.until(() => true);
    expect(body.samples[0]?.['memory_usage']).toBe(100);
  });

  it('counts the requests of a server, and those through a middleware', async () => {
    const server = await serve();
    const [ofServer, ofMiddleware] = [start(server.url).agent, start(server.url).agent];
    expect(ofServer.countsRequests).toBe(false);
    const shop = createServer((_request, response) => response.writeHead(500).end());
    ofServer.instrument(shop);
    const pass = ofMiddleware.middleware();
    const plain = createServer((request, response) =>
      pass(request, response, () => response.end()),
    );
    expect([ofServer.countsRequests, ofMiddleware.countsRequests]).toEqual([true, true]);
    await (await fetch(await listen(shop))).text();
    await (await fetch(await listen(plain))).text();
    const counted = async ({ bootId }: Agent) => {
      const { body } = await server.until(
        (push) => push.body.boot_id === bootId && push.body.samples.some(hadRequests),
      );
      return body.samples.find(hadRequests);
    };
    expect(await counted(ofServer)).toMatchObject({ request_count: 1, error_rate: 1 });
    expect(await counted(ofMiddleware)).toMatchObject({ request_count: 1, error_rate: 0 });
  });

  it('sends rates only for intervals that had requests', async () => {
    const server = await serve();
    const { agent } = start(server.url);
    agent.observe({ ms: 20, ok: true });
    agent.observe({ ms: 40, ok: false });
    const isCounted = (n: number) => (push: SeenPush) =>
      push.body.samples.some((one) => one['request_count'] === n);
    const busy = (await server.until(isCounted(2))).body.samples.find(
      (one) => 'request_count' in one,
    );
    const idle = (await server.until(isCounted(0))).body.samples.find(
      (one) => 'request_count' in one,
    );
    expect(busy).toMatchObject({ error_rate: 0.5, request_rate: expect.any(Number) });
    expect(busy?.['latency_ms']).toBeCloseTo(40, 0);
    expect(idle).not.toHaveProperty('error_rate');
    expect(idle).not.toHaveProperty('latency_ms');
  });

  it.each([
    [42, 42],
    [140, 100],
    [-1, 0],
    [Number.NaN, undefined],
  ])('sends a pool usage of %s as %s', async (told, sent) => {
    const server = await serve();
    const databasePool = { reset: async () => undefined, usage: () => told };
    start(server.url, { databasePool });
    const { body } = await server.until(({ body }) =>
      body.samples.some((one) => 'cpu_usage' in one),
    );
    const sample = body.samples.find((one) => 'cpu_usage' in one);
    expect(sample?.['db_connections_usage']).toBe(sent);
  });

  it('goes on when the pool cannot tell, or a listener throws', async () => {
    const server = await serve();
    const usage = () => {
      throw new Error('closed');
    };
    const onEvent = vi.fn(() => {
      throw new Error('listener');
    });
    start(server.url, { databasePool: { reset: async () => undefined, usage }, onEvent });
    await server.until(({ body }) => body.samples.some((one) => 'cpu_usage' in one));
    expect(onEvent).toHaveBeenCalledWith(
      expect.objectContaining({ kind: 'hook_failed', what: 'databasePool.usage' }),
    );
  });

  it('tells of a pool whose usage fails later', async () => {
    const server = await serve();
    // Not what the type asks for, and of another realm, as in a test runner's sandbox.
    const usage: () => number = runInNewContext("async () => { throw new Error('closed'); }");
    const { of } = start(server.url, { databasePool: { reset: async () => undefined, usage } });
    await server.until(({ body }) => body.samples.some((one) => 'cpu_usage' in one));
    await vi.waitFor(() =>
      expect(of('hook_failed')).toContainEqual({
        kind: 'hook_failed',
        what: 'databasePool.usage',
        error: expect.objectContaining({ message: 'closed' }),
      }),
    );
  });

  it('pushes sooner when the server asks for it', async () => {
    const server = await serve(once(() => ({ body: { next_push_s: 0 } })));
    start(server.url, { intervalS: 3600 });
    await server.until(({ body }) => body.samples.some((one) => 'cpu_usage' in one));
    expect(server.pushes).toHaveLength(2);
  });
});

describe('while Forestall is away', () => {
  it('keeps samples and catches up with nothing lost', async () => {
    const before = await serve();
    let taken = 0;
    // Each sample bears its number.
    const databasePool = { reset: async () => undefined, usage: () => ++taken };
    const { of } = start(before.url, { databasePool });
    await before.until(() => taken > 2);
    await before.close();
    await vi.waitFor(() => expect(of('push_failed').length).toBeGreaterThan(2), {
      timeout: 10_000,
    });
    const missed = taken;
    await vi.waitFor(() => expect(taken).toBeGreaterThan(missed + 5), { timeout: 10_000 });
    const after = await serve(undefined, before.port);
    await after.until(({ body }) => body.samples.length > 5);
    await after.until(({ body }) => Number(body.samples[0]?.['db_connections_usage']) > missed + 6);
    const numbers = [...samplesOf(before), ...samplesOf(after)].flatMap((one) =>
      'db_connections_usage' in one ? [one['db_connections_usage']] : [],
    );
    expect([...new Set(numbers)]).toEqual(Array.from(new Set(numbers), (_, index) => index + 1));
    expect(of('push_recovered')).toHaveLength(1);
    expect(samplesOf(after).every((one) => !('dropped_samples' in one))).toBe(true);
  });

  it('repeats a batch whose answer was lost under the same key, with the same body', async () => {
    const server = await serve(once(() => ({ drop: true })));
    start(server.url);
    await server.until(({ body }) => body.samples.some((one) => 'cpu_usage' in one));
    const [lost, repeated] = server.pushes;
    expect(repeated?.headers['idempotency-key']).toBe(lost?.headers['idempotency-key']);
    expect(repeated?.body).toEqual(lost?.body);
    const keys = server.pushes.slice(1).map(({ headers }) => headers['idempotency-key']);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('drops the oldest samples beyond its buffer, and says how many', async () => {
    const gone = await startIngest();
    await gone.close();
    let samples = 0;
    const now = () => {
      samples += 1;
      return new Date();
    };
    const { of } = start(gone.url, { bufferLimit: 10 }, { ...quick, now });
    await vi.waitFor(() => expect(of('push_failed').length).toBeGreaterThan(0));
    await vi.waitFor(() => expect(samples).toBeGreaterThan(15), { timeout: 10_000 });
    const server = await serve(undefined, gone.port);
    await vi.waitFor(() => expect(of('push_recovered')).toHaveLength(1), { timeout: 10_000 });
    const { body } = await server.until((push) =>
      push.body.samples.some((one) => Number(one['dropped_samples']) > 0),
    );
    expect(body.samples.length).toBeLessThanOrEqual(10);
  });

  it('waits as long as it is asked to', async () => {
    const server = await serve(once(() => ({ status: 503, headers: { 'retry-after': '1' } })));
    const { of } = start(server.url);
    const startedAt = performance.now();
    await server.until(
      ({ headers }) => headers['idempotency-key'] !== undefined && server.pushes.length > 1,
    );
    expect(performance.now() - startedAt).toBeGreaterThan(950);
    expect(of('push_failed')[0]).toMatchObject({ why: 'answered 503', retryInS: 1 });
  });

  it.each([401, 403, 404])(
    'does not knock again at once after %d, and loses nothing',
    async (status) => {
      let isOpen = false;
      const server = await serve(() => (isOpen ? {} : { status }));
      const { of } = start(server.url);
      await vi.waitFor(() => expect(of('push_refused')).toHaveLength(2), { timeout: 10_000 });
      expect(of('push_refused')[0]).toMatchObject({ status });
      expect(of('push_refused')[1]?.retryInS).toBeGreaterThanOrEqual(0.15);
      isOpen = true;
      await server.until(() => server.pushes.length > 3);
      const [first] = server.pushes;
      const accepted = server.pushes[2]?.body.samples[0];
      expect(accepted).toEqual(first?.body.samples[0]);
    },
  );

  it('drops a batch that is refused for what is in it, and goes on with the next', async () => {
    const server = await serve(once(() => ({ status: 400, body: { code: 'invalid' } })));
    const { of } = start(server.url);
    await server.until(() => server.pushes.length > 1);
    expect(of('batch_rejected')).toMatchObject([{ status: 400, samples: 1, reports: 0 }]);
    expect(server.pushes[1]?.headers['idempotency-key']).not.toBe(
      server.pushes[0]?.headers['idempotency-key'],
    );
  });

  it('says how many samples of a batch were refused', async () => {
    const rejected = [{ index: 0, code: 'out_of_range', detail: '' }];
    const server = await serve(once(() => ({ body: { rejected } })));
    const { of } = start(server.url);
    await server.until(() => server.pushes.length > 1);
    expect(of('samples_rejected')).toEqual([{ kind: 'samples_rejected', count: 1 }]);
  });
});

describe('commands', () => {
  it('cleans memory up and pushes the result at once', async () => {
    const id = randomUUID();
    const server = await serve(
      once((push) => ({ body: { commands: [ours.sign(commandFor(addressOf(push), { id }))] } })),
    );
    const cache = new Map(Array.from({ length: 12 }, (_, n) => [n, n]));
    const { agent, of } = start(server.url, { intervalS: 3600 });
    agent.registerCache({ name: 'map', clear: () => cache.clear(), size: () => cache.size });
    agent.recordError(new Error('x'));
    const { body } = await server.until(withResult);
    expect(body.results).toEqual([
      {
        id,
        ok: true,
        result: {
          success: true,
          leak_detected: false,
          memory_freed_mb: expect.any(Number),
          objects_collected: 13,
          current_memory_mb: expect.any(Number),
        },
        finished_at: expect.any(String),
      },
    ]);
    expect(cache.size).toBe(0);
    expect(agent.errors).toEqual([]);
    expect(of('command_done')).toEqual([
      { kind: 'command_done', id, action: 'clean_memory', ok: true },
    ]);
  });

  it('cleans nothing up without a leak when only leaks are meant', async () => {
    const params = { only_if_leaking: true };
    const server = await serve(
      once((push) => ({
        body: { commands: [ours.sign(commandFor(addressOf(push), { params }))] },
      })),
    );
    const clear = vi.fn();
    const { agent } = start(server.url, { intervalS: 3600 });
    agent.registerCache({ name: 'kept', clear });
    const { body } = await server.until(withResult);
    expect(body.results?.[0]?.result).toEqual({
      success: true,
      leak_detected: false,
      memory_freed_mb: 0,
      objects_collected: 0,
      current_memory_mb: expect.any(Number),
    });
    expect(clear).not.toHaveBeenCalled();
  });

  it.each([
    { checks: 0, success: true, attempts: 1 },
    { checks: 3, success: true, attempts: 4 },
    { checks: 99, success: false, attempts: 5 },
  ])('resets the database: $success after $attempts attempts', async (row) => {
    const server = await serve(
      once((push) => ({
        body: { commands: [ours.sign(commandFor(addressOf(push), { action: 'reset_database' }))] },
      })),
    );
    let { checks } = row;
    const check = async () => {
      if (checks-- > 0) throw new Error('away');
    };
    start(server.url, { intervalS: 3600, databasePool: { reset: async () => undefined, check } });
    const [result] = (await server.until(withResult)).body.results ?? [];
    const { success, attempts } = row;
    expect(result?.result).toEqual({ success, attempts, message: expect.any(String) });
    expect(result?.ok).toBe(success);
    expect(result?.error === undefined).toBe(success);
  });

  it('says that it has no pool', async () => {
    const server = await serve(
      once((push) => ({
        body: { commands: [ours.sign(commandFor(addressOf(push), { action: 'reset_database' }))] },
      })),
    );
    start(server.url, { intervalS: 3600 });
    const [result] = (await server.until(withResult)).body.results ?? [];
    expect(result).toMatchObject({ ok: false, error: expect.stringContaining('no database pool') });
  });

  it('keeps a result until it is taken', async () => {
    const id = randomUUID();
    let taken = 0;
    const server = await serve((push) => {
      if (server.pushes.length === 1) {
        return { body: { commands: [ours.sign(commandFor(addressOf(push), { id }))] } };
      }
      return withResult(push) && taken++ < 3 ? { status: 503 } : {};
    });
    start(server.url);
    await vi.waitFor(() => expect(server.pushes.filter(withResult)).toHaveLength(4), {
      timeout: 10_000,
    });
    const later = server.pushes.length;
    await server.until(() => server.pushes.length > later + 2);
    expect(server.pushes.filter(withResult)).toHaveLength(4);
    const keys = server.pushes.filter(withResult).map(({ headers }) => headers['idempotency-key']);
    expect(new Set(keys).size).toBe(1);
  });

  it.each([
    ['forged', (push: SeenPush) => strangers.sign(commandFor(addressOf(push)))],
    ['foreign', (push: SeenPush) => ours.sign(commandFor({ ...addressOf(push), component: 'x' }))],
    ['foreign', (push: SeenPush) => ours.sign(commandFor({ ...addressOf(push), instance: 'x' }))],
    [
      'foreign',
      (push: SeenPush) => ours.sign(commandFor({ ...addressOf(push), boot_id: randomUUID() })),
    ],
    ['malformed', () => ({ payload: 'x' })],
    ['malformed', () => null],
  ])('refuses a %s one, and reports nothing of it', async (reason, make) => {
    const server = await serve(once((push) => ({ body: { commands: [make(push)] } })));
    const { agent, of } = start(server.url);
    const clear = vi.fn();
    agent.registerCache({ name: 'kept', clear });
    await server.until(() => server.pushes.length > 3);
    expect(of('command_refused')).toMatchObject([{ reason }]);
    expect(clear).not.toHaveBeenCalled();
    expect(server.pushes.filter(withResult)).toEqual([]);
  });

  it('refuses a stale one, and reports that, as it was meant for it', async () => {
    const id = randomUUID();
    const server = await serve(
      once((push) => ({
        body: { commands: [ours.sign(commandFor(addressOf(push), { id }, Date.now() - 66_000))] },
      })),
    );
    const { agent, of } = start(server.url, { intervalS: 3600 });
    const clear = vi.fn();
    agent.registerCache({ name: 'kept', clear });
    const { body } = await server.until(withResult);
    expect(body.results).toEqual([
      { id, ok: false, error: 'refused: stale', finished_at: expect.any(String) },
    ]);
    expect(of('command_refused')).toEqual([{ kind: 'command_refused', id, reason: 'stale' }]);
    expect(clear).not.toHaveBeenCalled();
  });

  it('does a repeated one once, and answers the repetition with the first result', async () => {
    const id = randomUUID();
    const server = await serve((push) => ({
      body: {
        commands: server.pushes.length <= 3 ? [ours.sign(commandFor(addressOf(push), { id }))] : [],
      },
    }));
    const { agent, of } = start(server.url);
    const clear = vi.fn(() => 1);
    agent.registerCache({ name: 'once', clear });
    await server.until(({ body }) => server.pushes.length > 6 && (body.results ?? []).length > 0);
    expect(clear).toHaveBeenCalledTimes(1);
    expect(of('command_refused')).toContainEqual({
      kind: 'command_refused',
      id,
      reason: 'repeated',
    });
    const results = server.pushes.flatMap(({ body }) => body.results ?? []);
    expect(results.length).toBeGreaterThan(0);
    expect(results.every((one) => one.ok && one.result?.['objects_collected'] === 1)).toBe(true);
  });

  it('is not driven round by a server that repeats itself', async () => {
    const id = randomUUID();
    const server = await serve((push) => ({
      body: { commands: [ours.sign(commandFor(addressOf(push), { id }))] },
    }));
    start(server.url);
    await server.until(() => server.pushes.length > 12);
    const results = server.pushes.flatMap(({ body }) => body.results ?? []);
    expect(results.length).toBeGreaterThan(0);
    expect(results.length).toBeLessThanOrEqual(4);
  });

  it('says nothing of a command under way when it comes again', async () => {
    let finish = () => {};
    const gate = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const id = randomUUID();
    const server = await serve((push) => ({
      body: {
        commands: withResult(push)
          ? []
          : [ours.sign(commandFor(addressOf(push), { id, action: 'reset_database' }))],
      },
    }));
    const reset = vi.fn(() => gate);
    const { of } = start(server.url, { databasePool: { reset } });
    await vi.waitFor(() => expect(of('command_refused').length).toBeGreaterThan(2), {
      timeout: 10_000,
    });
    expect(server.pushes.filter(withResult)).toEqual([]);
    finish();
    const { body } = await server.until(withResult);
    expect(body.results).toMatchObject([{ id, ok: true }]);
    expect(reset).toHaveBeenCalledTimes(1);
  });

  it('takes none without a key', async () => {
    const server = await serve(
      once((push) => ({ body: { commands: [ours.sign(commandFor(addressOf(push)))] } })),
    );
    const { of } = start(server.url, { commandKey: undefined });
    await server.until(() => server.pushes.length > 2);
    expect(of('command_refused')).toMatchObject([{ reason: 'no_command_key' }]);
  });

  it('takes those of both keys during a rotation', async () => {
    const server = await serve(
      once((push) => ({
        body: {
          commands: [ours, strangers].map((keys) => keys.sign(commandFor(addressOf(push)))),
        },
      })),
    );
    const { of } = start(server.url, { commandKey: [ours.publicKey, strangers.publicKey] });
    await vi.waitFor(() => expect(of('command_done')).toHaveLength(2), { timeout: 10_000 });
  });
});

describe('a restart', () => {
  it('leaves no failure of the hooks that end it unhandled', async () => {
    const server = await serve(
      once((push) => ({
        body: { commands: [ours.sign(commandFor(addressOf(push), { action: 'restart' }))] },
      })),
    );
    const rejections: unknown[] = [];
    const note = (reason: unknown) => rejections.push(reason);
    process.on('unhandledRejection', note);
    closers.push(async () => process.off('unhandledRejection', note));
    const later = vi.fn(async () => {
      throw new Error('later');
    });
    const { of } = start(server.url, { onRestart: later, exit: later, drainMs: 100 });
    await vi.waitFor(() => expect(later).toHaveBeenCalledTimes(2), { timeout: 10_000 });
    await new Promise((resolve) => setImmediate(resolve));
    expect(of('hook_failed')).toMatchObject([{ what: 'onRestart' }]);
    expect(rejections).toEqual([]);
  });
});

describe('recoveries of its own', () => {
  it('recovers the database once for all calls, and reports it with the next push', async () => {
    const server = await serve();
    const reset = vi.fn(async () => undefined);
    const { agent, of } = start(server.url, {
      databasePool: { reset, check: async () => undefined },
    });
    const results = await Promise.all(Array.from({ length: 100 }, () => agent.recoverDatabase()));
    expect(new Set(results).size).toBe(1);
    expect(reset).toHaveBeenCalledTimes(1);
    const { body } = await server.until((push) => (push.body.events ?? []).length > 0);
    expect(body.events).toEqual([
      {
        kind: 'db_connection_recovered',
        at: expect.any(String),
        result: { success: true, attempts: 1, message: 'connected at attempt 1' },
      },
    ]);
    expect(of('recovered')).toMatchObject([{ action: 'reset_database', ok: true }]);
  });

  it('reports a recovery that failed', async () => {
    const server = await serve();
    const check = async () => {
      throw new Error('away');
    };
    const { agent } = start(server.url, { databasePool: { reset: async () => undefined, check } });
    expect(await agent.recoverDatabase()).toMatchObject({ success: false, attempts: 5 });
    const { body } = await server.until((push) => (push.body.events ?? []).length > 0);
    expect(body.events).toMatchObject([{ kind: 'db_recovery_failed', result: { attempts: 5 } }]);
  });

  it('has nothing to recover without a pool', async () => {
    const server = await serve();
    expect(await start(server.url).agent.recoverDatabase()).toBeNull();
  });

  it('reports a clean-up for a call that ran out of memory', async () => {
    const server = await serve();
    const { agent } = start(server.url);
    expect(await agent.cleanMemory()).toMatchObject({ success: true });
    const { body } = await server.until((push) => (push.body.events ?? []).length > 0);
    expect(body.events).toMatchObject([{ kind: 'memory_leak_cleanup', result: { success: true } }]);
  });
});

describe('without a file descriptor to read memory by', () => {
  function withoutDescriptors() {
    const error = Object.assign(new Error('too many open files'), { code: 'EMFILE' });
    const reading = vi.spyOn(process, 'memoryUsage').mockImplementation(() => {
      throw error;
    });
    closers.push(async () => reading.mockRestore());
    return error;
  }

  it('tells that there is no sample, and samples again afterwards', async () => {
    const error = withoutDescriptors();
    const server = await serve();
    const { of } = start(server.url);
    await vi.waitFor(() => expect(of('hook_failed').length).toBeGreaterThan(2), {
      timeout: 10_000,
    });
    expect(of('hook_failed')[0]).toEqual({ kind: 'hook_failed', what: 'sample', error });
    expect(server.pushes).toEqual([]);
    vi.mocked(process.memoryUsage).mockRestore();
    await server.until(({ body }) => body.samples.some((one) => 'cpu_usage' in one));
  });

  it('cleans up all the same, and says that it cannot tell what that freed', async () => {
    const error = withoutDescriptors();
    const server = await serve();
    const { agent, of } = start(server.url, { intervalS: 3600 });
    agent.registerCache({ name: 'connections', clear: () => 7 });
    expect(await agent.cleanMemory()).toEqual({
      success: true,
      leak_detected: false,
      memory_freed_mb: null,
      objects_collected: 7,
      current_memory_mb: null,
    });
    expect(of('hook_failed')).toContainEqual({ kind: 'hook_failed', what: 'memory', error });
  });
});

describe('stop', () => {
  it('pushes what waits once more, and nothing afterwards', async () => {
    let answers = 0;
    const server = await serve(() => (answers++ === 0 ? { status: 503 } : {}));
    const { agent } = start(
      server.url,
      { intervalS: 3600 },
      {
        ...quick,
        pushBackoff: { firstMs: 3_600_000, mostMs: 3_600_000 },
      },
    );
    await server.until(() => true);
    await agent.stop();
    expect(server.pushes).toHaveLength(2);
    agent.observe({ ms: 1, ok: true });
    await agent.stop();
    expect(server.pushes).toHaveLength(2);
  });

  it('ends in time when nobody answers', async () => {
    let arrived = () => {};
    const arrival = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const silent = await listen(createServer(() => arrived()));
    const { agent } = start(silent, {}, { ...quick, flushMs: 50 });
    await arrival;
    await agent.stop();
  });

  it('leaves the servers of the service as they were', async () => {
    const server = await serve();
    const { agent } = start(server.url);
    const shop = createServer(() => undefined);
    const before = shop.listenerCount('request');
    agent.instrument(shop);
    await agent.stop();
    expect(shop.listenerCount('request')).toBe(before);
  });

  it('ends a database recovery that still waits', async () => {
    const server = await serve();
    const { agent } = start(
      server.url,
      { databasePool: { reset: async () => undefined, check: async () => undefined } },
      { ...quick, databaseWaitsMs: [3_600_000] },
    );
    const recovering = agent.recoverDatabase();
    await new Promise((resolve) => setImmediate(resolve));
    await agent.stop();
    expect(await recovering).toMatchObject({ success: false });
  });
});
