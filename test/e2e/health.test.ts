import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestStack, type TestStack, until } from '../support/stack.js';

let stack: TestStack;

beforeAll(async () => {
  stack = await startTestStack({ settings: { intervalS: 60 } });
});

afterAll(() => stack.close());

const nobody = { authorization: '' };

describe('/api/health', () => {
  it('says that we are alive to anybody, for HEAD by the status alone', async () => {
    const got = await fetch(`${stack.url}/api/health`);
    expect([got.status, await got.json()]).toEqual([200, { ok: true }]);
    const head = await fetch(`${stack.url}/api/health`, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect((await stack.call('POST', '/api/health', {}, nobody)).status).toBe(405);
  });

  it('tells holders of a key how database, queue and clock are', async () => {
    await stack.call('POST', '/api/sweep', {});
    const { status, body } = await until(
      'a sweep that counts',
      () => stack.call('GET', '/api/health?deep=1'),
      ({ body: health }) => health.last_sweep_age_s !== null,
    );
    expect(status).toBe(200);
    expect(body).toMatchObject({ ok: true, database: { ok: true }, queue: { ok: true } });
  });

  it('is not well when the last sweep is too old', async () => {
    await stack.app.sql`update control set last_sweep_at = now() - interval '1 hour' where id = 1`;
    const deep = await stack.call('GET', '/api/health?deep=1');
    expect(deep).toMatchObject({ status: 503, body: { ok: false } });
  });

  it('tells which part is away', async () => {
    await stack.queue.close();
    const deep = await stack.call('GET', '/api/health?deep=1');
    expect(deep).toMatchObject({ status: 503, body: { ok: false, queue: { ok: false } } });
    expect(JSON.stringify(deep.body)).not.toContain('local-token');
  });
});
