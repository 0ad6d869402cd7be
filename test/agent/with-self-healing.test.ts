import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import type { ErrorClass } from '../../lib/agent/error-class.js';
import type { Healer, HealingOptions } from '../../lib/agent/healing-options.js';
import { createRecovery } from '../../lib/agent/recovery.js';
import { type DatabaseResult, resetDatabase } from '../../lib/agent/reset-database.js';
import type { Observation } from '../../lib/agent/traffic.js';
import { withSelfHealing } from '../../lib/agent/with-self-healing.js';

const lost = () => Object.assign(new Error('terminating connection'), { code: '57P01' });
const reset = () => Object.assign(new Error('reset'), { code: 'ECONNRESET' });
const quick = { firstMs: 1, mostMs: 2 };

/** A healer over real recoveries of a database that is down until its pool was reset. */
function healer(over: Partial<Healer> = {}, checksFailing = 0) {
  const observed: Observation[] = [];
  const recorded: [string, ErrorClass | undefined][] = [];
  const database = { isUp: true, resets: 0, checksFailing };
  const signal = new AbortController().signal;
  const pool = {
    async reset() {
      database.resets += 1;
    },
    async check() {
      if (database.checksFailing-- > 0) throw lost();
      database.isUp = true;
    },
  };
  const recovery = createRecovery<DatabaseResult>({
    run: () => resetDatabase(pool, { waitsMs: [1, 1, 1, 1, 1], timeoutMs: 1000, signal }),
    onOwn: () => undefined,
    restsAfter: ({ success }) => !success,
    restMs: 60_000,
  });
  const cleanMemory = vi.fn(async () => ({
    success: true,
    leak_detected: false,
    memory_freed_mb: 0,
    objects_collected: 0,
    current_memory_mb: 1,
  }));
  const agent: Healer = {
    observe: (one) => observed.push(one),
    countsRequests: false,
    recordError: (_error, what = '', errorClass) => recorded.push([what, errorClass]),
    recoverDatabase: (startedAt = performance.now()) => recovery.after(startedAt),
    cleanMemory,
    ...over,
  };
  return { agent, observed, recorded, database, cleanMemory };
}

/** Options as a service without types may give them. */
function wrongly(options: object): HealingOptions {
  return options;
}

/** A function that fails some times first. */
function failing(times: number, error: () => unknown) {
  let left = times;
  return vi.fn(async (value: string) => {
    if (left-- > 0) throw error();
    return value;
  });
}

describe('withSelfHealing', () => {
  it('lets the answers go that a retry discards, and gives the last one whole', async () => {
    const cancelled: number[] = [];
    let calls = 0;
    const call = withSelfHealing(
      async () => {
        calls += 1;
        const call = calls;
        const body = new ReadableStream({
          start: (to) => to.enqueue(new TextEncoder().encode(`answer ${call}`)),
          pull: (to) => to.close(),
          cancel: () => {
            cancelled.push(call);
          },
        });
        return new Response(body, { status: 502 });
      },
      { retries: 2, backoff: quick },
    );
    expect(await (await call()).text()).toBe('answer 3');
    expect(cancelled).toEqual([1, 2]);
  });

  // First, as Node warns of each emitter only once.
  it('gathers no listeners while many calls are under way', async () => {
    const warnings: Error[] = [];
    const note = (warning: Error) => warnings.push(warning);
    process.on('warning', note);
    let open = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const calls = Array.from(
      { length: 50 },
      withSelfHealing(() => gate),
    );
    await new Promise((resolve) => setImmediate(resolve));
    open();
    await Promise.all(calls);
    process.off('warning', note);
    expect(warnings).toEqual([]);
  });

  it('passes arguments, this and the result through', async () => {
    const shop = {
      name: 'shop',
      greet: withSelfHealing(async function (this: { name: string }, what: string) {
        return `${what} ${this.name}`;
      }),
    };
    expect(await shop.greet('hello')).toBe('hello shop');
  });

  it('wraps a function that answers, or throws, at once', async () => {
    expect(await withSelfHealing((n: number) => n + 1)(1)).toBe(2);
    const thrower = withSelfHealing(() => {
      throw new TypeError('wrong');
    });
    await expect(thrower()).rejects.toThrow('wrong');
  });

  it('calls again what may pass, and throws what does not', async () => {
    const passing = failing(2, reset);
    expect(await withSelfHealing(passing, { backoff: quick })('a')).toBe('a');
    expect(passing).toHaveBeenCalledTimes(3);
    const wrong = failing(9, () => new TypeError('wrong'));
    await expect(withSelfHealing(wrong, { backoff: quick })('a')).rejects.toThrow('wrong');
    expect(wrong).toHaveBeenCalledTimes(1);
  });

  it.each([
    [0, 1],
    [1, 2],
    [3, 4],
  ])('calls again %d times at most', async (retries, calls) => {
    const fn = failing(99, reset);
    const wrapped = withSelfHealing(fn, { retries, backoff: quick, breaker: null });
    await expect(wrapped('a')).rejects.toThrow('reset');
    expect(fn).toHaveBeenCalledTimes(calls);
  });

  it('starts database recovery by itself, once for a hundred calls, and then calls again', async () => {
    const { agent, database, observed } = healer({}, 2);
    database.isUp = false;
    let calls = 0;
    const query = withSelfHealing(
      async (n: number) => {
        calls += 1;
        if (!database.isUp) throw lost();
        return n;
      },
      { agent, backoff: quick },
    );
    const answers = await Promise.all(Array.from({ length: 100 }, (_, n) => query(n)));
    expect(answers).toEqual([...Array(100).keys()]);
    expect(database.resets).toBe(1);
    expect(calls).toBe(200);
    expect(observed.filter(({ ok }) => ok)).toHaveLength(100);
  });

  it('takes a lost connection for the database only on a database call', async () => {
    const { agent, database } = healer();
    await withSelfHealing(failing(1, reset), { agent, backoff: quick })('a');
    expect(database.resets).toBe(0);
    await withSelfHealing(failing(1, reset), { agent, backoff: quick, database: true })('a');
    expect(database.resets).toBe(1);
  });

  it('gives up when the recovery fails, and fails at once while the database rests', async () => {
    const { agent, database } = healer({}, 99);
    const fn = failing(99, lost);
    const query = withSelfHealing(fn, { agent, backoff: quick });
    await expect(query('a')).rejects.toThrow('terminating connection');
    expect(fn).toHaveBeenCalledTimes(1);
    await expect(query('a')).rejects.toThrow('terminating connection');
    expect(fn).toHaveBeenCalledTimes(2);
    expect(database.resets).toBe(1);
  });

  it('does not open the breaker for the database: the reset closes what was wrong', async () => {
    const { agent } = healer();
    const query = withSelfHealing(failing(3, lost), {
      agent,
      backoff: quick,
      breaker: { failures: 1, openMs: 60_000 },
    });
    expect(await query('a')).toBe('a');
  });

  it('begins the recovery even for a function that must not be repeated', async () => {
    const { agent, database } = healer();
    const query = withSelfHealing(failing(1, lost), { agent, retries: 0 });
    await expect(query('a')).rejects.toThrow('terminating connection');
    expect(database.resets).toBe(1);
  });

  it('only calls again where the agent has no pool', async () => {
    const { agent } = healer({ recoverDatabase: async () => null });
    expect(await withSelfHealing(failing(2, lost), { agent, backoff: quick })('a')).toBe('a');
  });

  it('cleans memory up when memory ran out', async () => {
    const { agent, cleanMemory, recorded } = healer();
    const fn = failing(1, () => new RangeError('Array buffer allocation failed'));
    expect(await withSelfHealing(fn, { agent, name: 'resize', backoff: quick })('a')).toBe('a');
    expect(cleanMemory).toHaveBeenCalledTimes(1);
    expect(recorded).toEqual([['resize', 'out_of_memory']]);
  });

  it('ends an attempt that takes too long, and tries again', async () => {
    let calls = 0;
    const slow = withSelfHealing(
      () => (++calls === 1 ? new Promise<string>(() => undefined) : Promise.resolve('done')),
      { timeoutMs: 5, backoff: quick },
    );
    expect(await slow()).toBe('done');
    expect(calls).toBe(2);
  });

  it('opens the breaker after failures in a row, and closes it after a trial that succeeds', async () => {
    const fn = failing(3, reset);
    const { agent, observed, recorded } = healer();
    const call = withSelfHealing(fn, { agent, retries: 0, breaker: { failures: 3, openMs: 20 } });
    for (let n = 0; n < 3; n += 1) await expect(call('a')).rejects.toThrow('reset');
    await expect(call('a')).rejects.toMatchObject({ isBrokenCircuitError: true });
    expect(fn).toHaveBeenCalledTimes(3);
    expect(observed.map(({ ok }) => ok)).toEqual([false, false, false, false]);
    expect(recorded).toHaveLength(3);
    await vi.waitFor(async () => expect(await call('a')).toBe('a'), { timeout: 5000 });
    expect(fn).toHaveBeenCalledTimes(4);
  });

  it('does not open the breaker for the caller’s own mistakes', async () => {
    const fn = failing(20, () => new TypeError('wrong'));
    const call = withSelfHealing(fn, { breaker: { failures: 2, openMs: 60_000 } });
    for (let n = 0; n < 20; n += 1) await expect(call('a')).rejects.toThrow('wrong');
    expect(await call('a')).toBe('a');
  });

  it('treats an answer of 500 or above as a failure, and hands it out in the end', async () => {
    let requests = 0;
    const server = createServer((request, response) => {
      requests += 1;
      response.writeHead(request.url === '/mends' && requests > 2 ? 200 : 503).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { agent, observed, recorded } = healer();
    const load = withSelfHealing((path: string) => fetch(url + path), {
      agent,
      backoff: quick,
      breaker: null,
    });
    expect((await load('/mends')).status).toBe(200);
    expect(requests).toBe(3);
    expect((await load('/stays')).status).toBe(503);
    expect(requests).toBe(7);
    expect(observed.map(({ ok }) => ok)).toEqual([true, false]);
    expect(recorded).toEqual(Array(6).fill(['anonymous', 'upstream']));
    server.closeAllConnections();
    server.close();
  });

  it.each([
    { countsRequests: false, observe: undefined, counted: 1 },
    { countsRequests: true, observe: undefined, counted: 0 },
    { countsRequests: true, observe: true, counted: 1 },
    { countsRequests: false, observe: false, counted: 0 },
  ])('counts a call as a request $counted times with $countsRequests, $observe', async (row) => {
    const { agent, observed } = healer({ countsRequests: row.countsRequests });
    await withSelfHealing(failing(1, reset), { agent, observe: row.observe, backoff: quick })('a');
    expect(observed).toHaveLength(row.counted);
  });

  it('lets the service say what an error is', async () => {
    const fn = failing(1, () => new Error('ORA-03113'));
    const classify = (error: unknown): ErrorClass | null =>
      error instanceof Error && error.message.startsWith('ORA-03') ? 'database' : null;
    const { agent, database } = healer();
    expect(await withSelfHealing(fn, { agent, classify, backoff: quick })('a')).toBe('a');
    expect(database.resets).toBe(1);
  });

  it.each([
    [
      'throws',
      () => {
        throw new TypeError('classify');
      },
    ],
    ['rejects', () => Promise.reject(new TypeError('classify'))],
    ['answers something else', () => 'a database error'],
  ])('goes by its own table when the service’s %s', async (_, classify) => {
    const rejections: unknown[] = [];
    const note = (reason: unknown) => rejections.push(reason);
    process.on('unhandledRejection', note);
    const { agent, database } = healer();
    const options = { agent, backoff: quick, ...wrongly({ classify }) };
    expect(await withSelfHealing(failing(1, lost), options)('a')).toBe('a');
    expect(database.resets).toBe(1);
    await expect(
      withSelfHealing(
        failing(1, () => new Error('original')),
        options,
      )('a'),
    ).rejects.toThrow('original');
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', note);
    expect(rejections).toEqual([]);
  });

  it('throws the very error that cannot be read', async () => {
    const error = Object.create(null, {
      code: {
        get() {
          throw new TypeError('code');
        },
      },
    });
    const call = withSelfHealing(
      failing(1, () => error),
      { agent: healer().agent },
    );
    await expect(call('a').catch((thrown) => thrown === error)).resolves.toBe(true);
  });

  it('survives what is thrown that is no error', async () => {
    const call = withSelfHealing(() => Promise.reject(null), { agent: healer().agent });
    await expect(call()).rejects.toBeNull();
  });
});
