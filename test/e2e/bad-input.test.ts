import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestStack, type TestStack } from '../support/stack.js';

let stack: TestStack;

beforeAll(async () => {
  stack = await startTestStack();
});

afterAll(() => stack.close());

/** Everything that a request could have written. */
async function written(): Promise<unknown> {
  const [row] = await stack.app.sql`
    select
      (select count(*) from components) as components,
      (select count(*) from metric_samples) as samples,
      (select count(*) from recoveries) as recoveries,
      (select count(*) from deployments) as deployments,
      (select count(*) from alerts) as alerts,
      (select count(*) from freezes) as freezes,
      (select count(*) from maintenance_windows) as windows,
      (select count(*) from rules) as rules,
      (select count(*) from api_keys) as keys,
      (select count(*) from audit) as audit,
      (select decision_version from control) as version`;
  return row;
}

const json = { 'content-type': 'application/json' };

describe('a request that is refused', () => {
  it.each([
    ['no key', 'POST', '/api/ingest', {}, { authorization: '' }, 401, 'unauthorized'],
    [
      'a forged key',
      'POST',
      '/api/ingest',
      {},
      { authorization: 'Bearer fst_e30.AAAA' },
      401,
      'unauthorized',
    ],
    ['no JSON', 'POST', '/api/ingest', '{"component":', json, 400, 'invalid'],
    [
      'another type',
      'POST',
      '/api/ingest',
      'cpu 1',
      { 'content-type': 'text/csv' },
      415,
      'unsupported_media_type',
    ],
    ['an empty body', 'POST', '/api/ingest', '', json, 400, 'invalid'],
    ['an empty list', 'POST', '/api/ingest', '[]', json, 400, 'invalid'],
    ['a query it does not know', 'POST', '/api/ingest?x=1', {}, {}, 400, 'invalid'],
    [
      'a forged delivery',
      'POST',
      '/api/sweep',
      {},
      { 'upstash-signature': 'a.b.c' },
      401,
      'unauthorized',
    ],
    [
      'a forged recovery',
      'POST',
      '/api/recover',
      {},
      { 'upstash-signature': 'a.b.c' },
      401,
      'unauthorized',
    ],
    [
      'a wrong cron secret',
      'GET',
      '/api/sweep',
      undefined,
      { authorization: 'Bearer wrong' },
      401,
      'unauthorized',
    ],
    [
      'no component',
      'POST',
      '/api/recover',
      { action: 'restart', reason: 'x' },
      {},
      400,
      'invalid',
    ],
    [
      'an unknown component',
      'POST',
      '/api/recover',
      { component: 'nobody', action: 'restart', reason: 'x' },
      {},
      404,
      'not_found',
    ],
    [
      'an unknown action',
      'POST',
      '/api/recover',
      { component: 'nobody', action: 'format_disk', reason: 'x' },
      {},
      400,
      'invalid',
    ],
    [
      'no reason',
      'POST',
      '/api/recover',
      { component: 'nobody', action: 'restart' },
      {},
      400,
      'invalid',
    ],
    ['an unknown recovery', 'GET', '/api/recoveries/nothing', undefined, {}, 404, 'not_found'],
    [
      'an unknown component to predict',
      'GET',
      '/api/predict?component=nobody',
      undefined,
      {},
      404,
      'not_found',
    ],
    ['a series without samples', 'POST', '/api/predict', { samples: [] }, {}, 400, 'invalid'],
    ['a name that is none', 'PUT', '/api/components/a%20b', {}, {}, 400, 'invalid'],
    ['a field it does not know', 'PUT', '/api/components/a', { colour: 'red' }, {}, 400, 'invalid'],
    [
      'a foreign credential',
      'PUT',
      '/api/components/a',
      { platform: { type: 'render', service_id: 'srv-1', credential: 'FORESTALL_SECRET' } },
      {},
      400,
      'invalid',
    ],
    [
      'a deployment of nobody',
      'POST',
      '/api/deployments',
      { component: 'nobody', version: '1', phase: 'started' },
      {},
      404,
      'not_found',
    ],
    [
      'a wrong phase',
      'POST',
      '/api/deployments',
      { component: 'a', version: '1', phase: 'maybe' },
      {},
      400,
      'invalid',
    ],
    [
      'a webhook without its secret',
      'POST',
      '/api/webhooks/alertmanager',
      {},
      { authorization: '' },
      401,
      'unauthorized',
    ],
    ['a webhook of nobody', 'POST', '/api/webhooks/nobody', {}, {}, 401, 'unauthorized'],
    [
      'an unknown incident',
      'POST',
      '/api/incidents/nothing/approve',
      undefined,
      {},
      404,
      'not_found',
    ],
    [
      'a wrong label',
      'POST',
      '/api/incidents/nothing/label',
      { label: 'perhaps' },
      {},
      400,
      'invalid',
    ],
    [
      'a freeze that ends before it begins',
      'POST',
      '/api/admin/freezes',
      { ends_at: '2020-01-01T00:00:00Z', why: 'x' },
      {},
      400,
      'invalid',
    ],
    [
      'a maintenance window in a zone that there is not',
      'POST',
      '/api/admin/maintenance-windows',
      {
        name: 'nightly',
        all: true,
        zone: 'Europe/Berln',
        rule: { type: 'weekly', days: ['sun'], start: '02:30', duration_min: 60 },
        why: 'x',
      },
      {},
      400,
      'invalid',
    ],
    [
      'a rule that names nobody',
      'POST',
      '/api/admin/rules',
      { name: 'night', when: {}, ...Object.fromEntries([['then', { mode: 'approve' }]]), why: 'x' },
      {},
      400,
      'invalid',
    ],
    [
      'a setting out of range',
      'PATCH',
      '/api/admin/settings',
      { settings: { successRatio: 2 }, why: 'x' },
      {},
      400,
      'invalid',
    ],
    [
      'a setting it does not know',
      'PATCH',
      '/api/admin/settings',
      { settings: { speed: 2 }, why: 'x' },
      {},
      400,
      'invalid',
    ],
    ['a switch without a reason', 'POST', '/api/admin/pause', {}, {}, 400, 'invalid'],
    [
      'a key without a scope',
      'POST',
      '/api/admin/keys',
      { name: 'x', scopes: [] },
      {},
      400,
      'invalid',
    ],
    [
      'a key with a control character in its name',
      'POST',
      '/api/admin/keys',
      { name: 'a\u0007b', scopes: ['read'] },
      {},
      400,
      'invalid',
    ],
    [
      'a key that has expired',
      'POST',
      '/api/admin/keys',
      { name: 'x', scopes: ['read'], expires_at: '1969-01-01T00:00:00Z' },
      {},
      400,
      'invalid',
    ],
    [
      'a freeze from the year 0',
      'POST',
      '/api/admin/freezes',
      { starts_at: '0000-01-01T00:00:00Z', ends_at: '2999-01-01T00:00:00Z', why: 'x' },
      {},
      400,
      'invalid',
    ],
    [
      'a place in the list that was not given out',
      'GET',
      `/api/incidents?cursor=${Buffer.from('2026-01-01T00:00:00.000Z abc').toString('base64url')}`,
      undefined,
      {},
      400,
      'invalid',
    ],
    [
      'parameters that name another action',
      'POST',
      '/api/recover',
      { component: 'shop', action: 'scale', params: { name: 'restart' }, reason: 'x' },
      {},
      400,
      'invalid',
    ],
    ['a window that is none', 'GET', '/api/insights?window=soon', undefined, {}, 400, 'invalid'],
    [
      'a deep look without a key',
      'GET',
      '/api/health?deep=1',
      undefined,
      { authorization: '' },
      401,
      'unauthorized',
    ],
    ['nothing there', 'GET', '/api/admin/nothing', undefined, {}, 404, 'not_found'],
  ])(
    'for %s answers with its code, and writes nothing',
    async (_, method, path, body, headers, status, code) => {
      const before = await written();
      const given = Object.fromEntries(
        Object.entries(headers ?? {}).filter(([, value]) => value !== undefined),
      );
      const answer = await stack.call(method, path, body, given as Record<string, string>);
      expect([answer.status, answer.body.code]).toEqual([status, code]);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      expect(await written()).toEqual(before);
    },
  );

  it.each([
    ['ingest', 'GET', '/api/components', 403],
    ['read', 'POST', '/api/admin/keys', 403],
    ['read', 'POST', '/api/sweep', 403],
    ['deploy', 'POST', '/api/ingest', 403],
    ['operate', 'PUT', '/api/components/a', 403],
  ] as const)(
    'for a key of the scope %s to %s %s answers 403',
    async (scope, method, path, status) => {
      const before = await written();
      const body = method === 'GET' ? undefined : {};
      const authorization = `Bearer ${stack.key([scope])}`;
      expect((await stack.call(method, path, body, { authorization })).status).toBe(status);
      expect(await written()).toEqual(before);
    },
  );

  it('for a method that no function has answers 405', async () => {
    expect((await stack.call('DELETE', '/api/ingest')).status).toBe(405);
  });

  it('for a body beyond the platform’s limit answers 413', async () => {
    const before = await written();
    expect((await stack.call('POST', '/api/ingest', 'x'.repeat(5 * 1024 * 1024))).status).toBe(413);
    expect(await written()).toEqual(before);
  });

  it('for a gzip bomb answers 413 without inflating it', async () => {
    const before = await written();
    const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024, 0x20));
    const answer = await fetch(`${stack.url}/api/ingest`, {
      method: 'POST',
      headers: {
        ...json,
        'content-encoding': 'gzip',
        authorization: `Bearer ${stack.key(['ingest'])}`,
      },
      body: bomb,
    });
    expect(answer.status).toBe(413);
    expect(await written()).toEqual(before);
  });
});

describe('a batch', () => {
  it('names its bad samples and keeps their neighbours', async () => {
    const at = new Date().toISOString();
    const { status, body } = await stack.call('POST', '/api/ingest', [
      { component: 'mixed', at, cpu_usage: 10 },
      { component: 'mixed', at, cpu_usage: 1000 },
      { component: 'not a name', cpu_usage: 1 },
      { component: 'mixed', at: '2001-01-01T00:00:00Z', cpu_usage: 1 },
    ]);
    expect(status).toBe(202);
    expect(body.accepted).toBe(1);
    expect(
      body.rejected.map(({ index, code }: { index: number; code: string }) => [index, code]),
    ).toEqual([
      [1, 'out_of_range'],
      [2, 'bad_component'],
      [3, 'too_old'],
    ]);
  });

  it('is harmless when repeated: with a key it gets the first answer, without one nothing new is stored', async () => {
    const sample = { component: 'again', at: new Date().toISOString(), cpu_usage: 10 };
    const headers = { 'idempotency-key': 'one-two-three' };
    const first = await stack.call('POST', '/api/ingest', sample, headers);
    const second = await stack.call('POST', '/api/ingest', sample, headers);
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    const other = await stack.call('POST', '/api/ingest', { ...sample, cpu_usage: 11 }, headers);
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_mismatch']);
    const plain = await stack.call('POST', '/api/ingest', sample);
    expect(plain.body).toMatchObject({ accepted: 0, duplicates: 1 });
  });

  it('fills in what was missing, and never changes what is there', async () => {
    const at = new Date().toISOString();
    await stack.call('POST', '/api/ingest', {
      component: 'filled',
      at,
      cpu_usage: 10,
      queue_depth: 3,
    });
    await stack.call('POST', '/api/ingest', {
      component: 'filled',
      at,
      cpu_usage: 99,
      memory_usage: 20,
      jobs: 7,
    });
    const [row] = await stack.app.sql`
      select cpu_usage, memory_usage, extra
      from metric_samples
      join components on components.id = metric_samples.component_id
      where components.name = 'filled'
      limit 1`;
    expect(row).toEqual({ cpu_usage: 10, memory_usage: 20, extra: { queue_depth: 3, jobs: 7 } });
  });

  it('of a key that is bound to one component takes no other', async () => {
    const authorization = `Bearer ${stack.key(['ingest'], 'mine')}`;
    const { body } = await stack.call(
      'POST',
      '/api/ingest',
      [
        { component: 'mine', cpu_usage: 1 },
        { component: 'yours', cpu_usage: 1 },
      ],
      { authorization },
    );
    expect(body).toMatchObject({ accepted: 1, rejected: [{ index: 1, code: 'forbidden' }] });
  });
});
