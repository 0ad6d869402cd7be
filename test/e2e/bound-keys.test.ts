import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderService } from '../support/render/service.js';
import { type RenderServer, startRenderServer } from '../support/render-server.js';
import { startTestStack, type TestStack } from '../support/stack.js';

let stack: TestStack;
let render: RenderServer;
const ids: Record<'incident' | 'recovery' | 'deployment', string> = {
  incident: '',
  recovery: '',
  deployment: '',
};

beforeAll(async () => {
  render = await startRenderServer({ token: 'rnd_test', services: [renderService('srv-beta')] });
  stack = await startTestStack({
    settings: { intervalS: 60 },
    env: { RENDER_API_URL: render.url, RENDER_API_KEY: 'rnd_test' },
  });
  for (const name of ['alpha', 'beta']) {
    const platform = { type: 'render', service_id: 'srv-beta' };
    await stack.call('PUT', `/api/components/${name}`, { platform, mode: 'approve' });
  }
  const deployment = { component: 'beta', version: '2', phase: 'finished' };
  ids.deployment = (await stack.call('POST', '/api/deployments', deployment)).body.id;
  const [row] = await stack.app.sql`
    insert into incidents (
      id, component_id, kind, severity, opened_by, situation, cause, plan, premise)
    select
      gen_random_uuid(), id, 'predicted', 'high', 'prediction', 'unknown', 'a test',
      ${JSON.stringify({ situation: 'unknown', cause: 'a test', steps: [] })}::jsonb,
      ${JSON.stringify({ probability: 0, level: null, score: null, reasons: [], breaching: [], metrics: {} })}::jsonb
    from components where name = 'beta'
    returning id::text`;
  ids.incident = String(row?.['id']);
  const asked = { component: 'beta', action: 'restart', reason: 'a test' };
  ids.recovery = (await stack.call('POST', '/api/recover', asked)).body.recovery.id;
});

afterAll(async () => {
  await stack.close();
  await render.close();
});

const bound = (scopes: Parameters<TestStack['key']>[0]) => ({
  authorization: `Bearer ${stack.key(scopes, 'alpha')}`,
});

describe('a key that is bound to one component', () => {
  it.each([
    ['GET', (): string => '/api/incidents', undefined],
    ['GET', (): string => '/api/incidents?component=beta', undefined],
    ['GET', (): string => `/api/incidents/${ids.incident}`, undefined],
    ['POST', (): string => `/api/incidents/${ids.incident}/acknowledge`, undefined],
    ['POST', (): string => `/api/incidents/${ids.incident}/approve`, {}],
    ['POST', (): string => `/api/incidents/${ids.incident}/reject`, {}],
    ['POST', (): string => `/api/incidents/${ids.incident}/label`, { label: 'real' }],
    ['GET', (): string => `/api/recoveries/${ids.recovery}`, undefined],
    ['POST', (): string => `/api/recoveries/${ids.recovery}/undo`, { reason: 'x' }],
    ['GET', (): string => `/api/deployments/${ids.deployment}`, undefined],
    [
      'POST',
      (): string => '/api/deployments',
      { component: 'beta', version: '3', phase: 'started' },
    ],
    ['POST', (): string => '/api/recover', { component: 'beta', action: 'restart', reason: 'x' }],
    [
      'POST',
      (): string => '/api/recover',
      { platform: 'render', service_id: 'srv-beta', action: 'restart', reason: 'x' },
    ],
    ['GET', (): string => '/api/predict?component=beta', undefined],
    ['GET', (): string => '/api/insights', undefined],
    ['GET', (): string => '/api/insights?component=beta', undefined],
    ['GET', (): string => '/api/components', undefined],
    ['GET', (): string => '/api/components/beta', undefined],
    ['PUT', (): string => '/api/components/beta', { mode: 'auto' }],
    ['PUT', (): string => '/api/components/alpha', { mode: 'auto' }],
    ['DELETE', (): string => '/api/components/beta', undefined],
    ['DELETE', (): string => '/api/components/alpha', undefined],
    ['POST', (): string => '/api/sweep', {}],
    ['GET', (): string => '/api/sweep', undefined],
    ['POST', (): string => '/api/admin/pause', { why: 'x' }],
    ['POST', (): string => '/api/admin/resume', { why: 'x' }],
    ['POST', (): string => '/api/admin/keys', { name: 'mine', scopes: ['admin'] }],
    ['GET', (): string => '/api/admin/keys', undefined],
    ['GET', (): string => '/api/admin/audit', undefined],
    ['PATCH', (): string => '/api/admin/settings', { settings: { agreeing: 1 }, why: 'x' }],
  ] as const)('may not %s what is of others, or of all (%#)', async (method, path, body) => {
    const { status, body: answer } = await stack.call(method, path(), body, bound(['admin']));
    expect([status, answer.code]).toEqual([403, 'forbidden']);
  });

  it('has changed nothing by all that', async () => {
    expect((await stack.call('GET', `/api/incidents/${ids.incident}`)).body).toMatchObject({
      acknowledged_by: null,
      label: null,
    });
    const { components } = (await stack.call('GET', '/api/components')).body;
    expect(components.map(({ name }: { name: string }) => name)).toEqual(['alpha', 'beta']);
    expect((await stack.call('GET', '/api/admin/keys')).body).toEqual({ keys: [] });
    expect((await stack.call('GET', '/api/admin/settings')).body.own).toEqual({});
  });

  it.each([
    ['GET', '/api/incidents?component=alpha', undefined, 200],
    ['GET', '/api/components/alpha', undefined, 200],
    ['GET', '/api/predict?component=alpha', undefined, 200],
    ['GET', '/api/insights?component=alpha', undefined, 200],
    ['POST', '/api/deployments', { component: 'alpha', version: '1', phase: 'started' }, 202],
    ['POST', '/api/ingest', { component: 'alpha', cpu_usage: 1 }, 202],
    [
      'POST',
      '/api/recover',
      { component: 'alpha', action: 'restart', reason: 'x', dry_run: true },
      200,
    ],
  ] as const)('may %s %s of its own', async (method, path, body, status) => {
    const answer = await stack.call(method, path, body, bound(['admin']));
    expect(answer.status).toBe(status);
  });
});

describe('DELETE /api/admin/keys', () => {
  const end = (id: string) => stack.call('DELETE', `/api/admin/keys/${id}`);

  it('ends a key by its id, and says whose it was', async () => {
    const made = (await stack.call('POST', '/api/admin/keys', { name: 'ci', scopes: ['deploy'] }))
      .body;
    expect(await end(made.id)).toMatchObject({ status: 200, body: { name: 'ci', revoked: true } });
    expect((await end(made.id)).status).toBe(404);
  });

  it('does not take a name for an id, nor an unknown key for a known one', async () => {
    expect(await end('ci')).toMatchObject({ status: 400, body: { code: 'invalid' } });
    const id = '0189aaaa-0000-7000-8000-00000000ffff';
    expect((await end(id)).body).toEqual({ id, name: null, revoked: true });
  });
});
