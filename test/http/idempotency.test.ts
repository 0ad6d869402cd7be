import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { AppError, type ErrorCode } from '../../lib/errors.js';
import { jsonBody } from '../../lib/http/body-reader.js';
import { type IdempotencyStore, idempotencyKey, requestHash } from '../../lib/http/idempotency.js';
import { keyEndpoint } from '../../lib/http/key-endpoint.js';
import { reply } from '../../lib/http/reply.js';
import { type Sql, wrapSql } from '../../lib/store/sql.js';
import { testDatabase } from '../support/database.js';
import { requestTo, storeOn, testInstallation } from '../support/http-deps.js';

let sql: Sql;
beforeAll(async () => {
  sql = wrapSql((await testDatabase()).sql, async () => false);
});

/** An endpoint that counts how often it does its work, on the real table of keys. */
function counting(
  work: (n: number) => unknown,
  setup: { store?: IdempotencyStore; idempotency?: 'strict' | 'best_effort' } = {},
) {
  const installation = testInstallation({ idempotency: setup.store ?? storeOn(sql) });
  const done = { times: 0 };
  const post = keyEndpoint(
    () => installation.deps,
    {
      scope: 'operate',
      body: jsonBody(z.unknown()),
      query: z.record(z.string(), z.string()),
      idempotency: setup.idempotency ?? 'strict',
    },
    () => {
      done.times += 1;
      return work(done.times);
    },
  );
  const bearer = installation.key(['operate']);
  const send = (
    key: string,
    body = '{"a":1}',
    { path = '/api/x', authorization = `Bearer ${bearer}` } = {},
  ) => post(requestTo(path, { body, headers: { authorization, 'idempotency-key': key } }));
  return { ...installation, done, post, send };
}

const answerOf = async (response: Response) => ({
  status: response.status,
  body: await response.text(),
  type: response.headers.get('content-type'),
});

describe('idempotencyKey', () => {
  it.each(['a', ' ~', 'x'.repeat(255), '"quoted"', '8e03978e-40d5-43e8-bc93-6894a57f9324'])(
    'takes %j',
    (key) => {
      const headers = new Headers();
      headers.set('idempotency-key', key);
      expect(idempotencyKey(headers)).toBe(headers.get('idempotency-key'));
    },
  );

  it.each(['', 'x'.repeat(256), 'é', 'a\tb'])('refuses %j', (key) => {
    expect(() => idempotencyKey(new Headers({ 'idempotency-key': key }))).toThrow(
      expect.objectContaining({ code: 'invalid' }),
    );
  });

  it('is null without one', () => {
    expect(idempotencyKey(new Headers())).toBeNull();
  });
});

describe('requestHash', () => {
  it('does not depend on the order of a query, but on all that is in it', () => {
    const hash = requestHash({ a: '1', b: '2' }, 'x');
    expect(requestHash({ b: '2', a: '1' }, 'x')).toBe(hash);
    for (const other of [
      requestHash({ a: '1' }, 'x'),
      requestHash({ a: '12', b: '' }, 'x'),
      requestHash({ a: '1', b: '2' }, 'x '),
      requestHash({}, '[["a","1"],["b","2"]]\nx'),
    ]) {
      expect(other).not.toBe(hash);
    }
  });
});

describe('answerOnce', () => {
  it('answers a repeat as the first was answered, and does the work once', async () => {
    const { send, done } = counting((n) => reply(202, { n }, { location: '/api/x/1' }));
    const first = await send('k1');
    const second = await send('k1');
    expect(await answerOf(second)).toEqual(await answerOf(first));
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(second.headers.get('location')).toBe('/api/x/1');
    expect(first.headers.has('idempotency-replayed')).toBe(false);
    expect(done.times).toBe(1);
  });

  it('replays an answer without a body', async () => {
    const { send, done } = counting(() => undefined);
    expect((await send('k')).status).toBe(204);
    const again = await send('k');
    expect([again.status, await again.text(), done.times]).toEqual([204, '', 1]);
  });

  it('does the work again for another key, and without one', async () => {
    const { send, post, done, key } = counting((n) => ({ n }));
    await send('a');
    await send('b');
    const headers = { authorization: `Bearer ${key(['operate'])}` };
    await post(requestTo('/api/x', { body: '{}', headers }));
    await post(requestTo('/api/x', { body: '{}', headers }));
    expect(done.times).toBe(4);
  });

  it('keeps the keys of callers and paths apart', async () => {
    const { send, done, key } = counting((n) => ({ n }));
    await send('k');
    await send('k', '{"a":1}', { authorization: `Bearer ${key(['operate'])}` });
    await send('k', '{"a":1}', { path: '/api/x/other' });
    expect(done.times).toBe(3);
  });

  it.each([
    ['another body', '{"a":2}', '/api/x'],
    ['another spelling of the body', '{"a": 1}', '/api/x'],
    ['another query', '{"a":1}', '/api/x?dry=1'],
  ])('refuses the key for %s', async (_, body, path) => {
    const { send, done } = counting((n) => ({ n }));
    await send('k');
    const other = await send('k', body, { path });
    expect(other.status).toBe(422);
    expect(await other.json()).toMatchObject({ code: 'idempotency_mismatch' });
    expect(done.times).toBe(1);
  });

  it('runs one of 20 racing requests, and tells the others to wait, or its answer', async () => {
    const { send, done } = counting((n) => ({ n }));
    const all = await Promise.all(Array.from({ length: 20 }, () => send('race')));
    expect(done.times).toBe(1);
    const fresh = all.filter(
      ({ status, headers }) => status === 200 && !headers.has('idempotency-replayed'),
    );
    expect(fresh).toHaveLength(1);
    for (const response of all.filter(({ status }) => status !== 200)) {
      expect(response.status).toBe(409);
      expect(response.headers.get('retry-after')).toBe('2');
      expect(await response.json()).toMatchObject({ code: 'in_progress' });
    }
    expect((await answerOf(await send('race'))).body).toBe('{"n":1}');
  });

  it('says that the first is still running', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let began = () => {};
    const running = new Promise<void>((resolve) => {
      began = resolve;
    });
    const { send } = counting(async (n) => {
      began();
      await held;
      return { n };
    });
    const first = send('slow');
    await running;
    expect((await send('slow')).status).toBe(409);
    release();
    expect((await first).status).toBe(200);
    expect((await send('slow')).headers.get('idempotency-replayed')).toBe('true');
  });

  it.each<ErrorCode>(['refused', 'not_found', 'conflict', 'invalid', 'paused'])(
    'replays %s: the work was done, and that was its answer',
    async (code) => {
      const { send, done } = counting(() => {
        throw new AppError(code, 'the guard said no', { retryAfterS: 60, details: { guard: 'g' } });
      });
      const first = await send('k');
      const again = await send('k');
      expect(await answerOf(again)).toEqual(await answerOf(first));
      expect(again.headers.get('retry-after')).toBe('60');
      expect(done.times).toBe(1);
    },
  );

  it.each<ErrorCode>(['unavailable', 'upstream_unavailable', 'misconfigured', 'in_progress'])(
    'runs again after %s',
    async (code) => {
      const { send, done } = counting((n) => {
        if (n === 1) throw new AppError(code, 'not now');
        return { n };
      });
      expect((await send('k')).ok).toBe(false);
      expect((await answerOf(await send('k'))).body).toBe('{"n":2}');
      expect(done.times).toBe(2);
    },
  );

  it('runs again after what nobody foresaw, even with another body', async () => {
    const { send } = counting((n) => {
      if (n === 1) throw new TypeError('oops');
      return { n };
    });
    expect((await send('k')).status).toBe(500);
    expect((await send('k', '{"a":2}')).status).toBe(200);
  });

  it('never takes a key for a request that was refused before', async () => {
    const { send, post, done, key } = counting((n) => ({ n }));
    expect((await send('k', '{"a":')).status).toBe(400);
    expect((await send('k', '{}', { authorization: 'Bearer fst_forged.x' })).status).toBe(401);
    const reader = { authorization: `Bearer ${key(['read'])}`, 'idempotency-key': 'k' };
    expect((await post(requestTo('/api/x', { body: '{}', headers: reader }))).status).toBe(403);
    expect(done.times).toBe(0);
    expect((await send('k')).status).toBe(200);
  });

  it('refuses a key that is none, before doing anything', async () => {
    const { send, done } = counting((n) => ({ n }));
    expect((await send('k'.repeat(256))).status).toBe(400);
    expect(done.times).toBe(0);
  });

  it('lets a request that died be taken over once its hold has ended', async () => {
    const { send, done } = counting((n) => ({ n }), { store: storeOn(sql, 0) });
    await sql`
      insert into received (scope, key, body_hash, held_until)
      values ('somebody', 'k', 'h', now() - interval '1 second')`;
    const begun = await storeOn(sql).begin({ scope: 'somebody', key: 'k', bodyHash: 'h' });
    expect(begun.fresh).toBe(true);
    await send('k');
    expect(done.times).toBe(1);
  });
});

describe('answerOnce, while the store is away', () => {
  const away = () => Promise.reject(new AppError('unavailable', 'the database is away'));
  const store: IdempotencyStore = { begin: away, finish: away, abandon: away };

  it('refuses, because it cannot know whether this is a repeat', async () => {
    const { send, done } = counting((n) => ({ n }), { store });
    expect((await send('k')).status).toBe(503);
    expect(done.times).toBe(0);
  });

  it('goes on where doing it twice is harmless, and logs why', async () => {
    const { send, done, lines } = counting((n) => ({ n }), { store, idempotency: 'best_effort' });
    expect((await send('k')).status).toBe(200);
    expect(done.times).toBe(1);
    expect(lines).toMatchObject([{ level: 'warn', status: 200, error: { code: 'unavailable' } }]);
  });

  it('refuses even there when the store fails in another way', async () => {
    const broken = { ...store, begin: () => Promise.reject(new Error('a bug')) };
    const { send, done } = counting((n) => ({ n }), { store: broken, idempotency: 'best_effort' });
    expect((await send('k')).status).toBe(500);
    expect(done.times).toBe(0);
  });

  it('gives the answer of work that was done, though it cannot be kept', async () => {
    const half = { ...storeOn(sql), finish: away };
    const { send, lines } = counting((n) => ({ n }), { store: half });
    const response = await send('kept');
    expect([response.status, await response.text()]).toEqual([200, '{"n":1}']);
    expect(lines).toMatchObject([{ level: 'warn', error: { code: 'unavailable' } }]);
    expect((await send('kept')).status).toBe(409);
  });
});
