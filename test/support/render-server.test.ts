import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { renderDeploy, renderService } from './render/service.js';
import { type RenderServer, startRenderServer } from './render-server.js';

const TOKEN = 'rnd-token';
let server: RenderServer;

beforeEach(async () => {
  server = await startRenderServer({
    token: TOKEN,
    finish: 'by_hand',
    services: [
      renderService('srv-1', { deploys: [renderDeploy(1), renderDeploy(2, 'live')] }),
      ...['private_service', 'background_worker', 'static_site', 'cron_job'].map((type) =>
        renderService(`srv-${type}`, { type }),
      ),
    ],
  });
});

afterEach(async () => {
  server.violations.splice(0);
  await server.close();
});

const call = (method: string, path: string, given: { body?: unknown; headers?: object } = {}) =>
  fetch(`${server.url}${path}`, {
    method,
    headers: {
      accept: 'application/json',
      authorization: `Bearer ${TOKEN}`,
      ...(given.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...given.headers,
    },
    ...(given.body === undefined ? {} : { body: JSON.stringify(given.body) }),
  });

describe('startRenderServer', () => {
  it.each([
    ['GET', '/services/srv-1', undefined, 200],
    ['GET', '/services/srv-private_service', undefined, 200],
    ['GET', '/services/srv-background_worker', undefined, 200],
    ['GET', '/services/srv-static_site', undefined, 200],
    ['GET', '/services/srv-cron_job', undefined, 200],
    ['GET', '/services/srv-nobody', undefined, 404],
    ['GET', '/services/srv-1/instances', undefined, 200],
    ['GET', '/services/srv-1/deploys?limit=1&createdAfter=2026-01-01T00:00:00Z', undefined, 200],
    ['POST', '/services/srv-1/restart', undefined, 200],
    ['POST', '/services/srv-cron_job/restart', undefined, 400],
    ['POST', '/services/srv-1/rollback', { deployId: 'dep-1' }, 201],
    ['POST', '/services/srv-1/rollback', { deployId: 'dep-none' }, 404],
    ['PATCH', '/services/srv-1', { autoDeploy: 'no' }, 200],
  ])('takes %s %s with %j, and answers %i as described', async (method, path, body, status) => {
    expect((await call(method, path, { body })).status).toBe(status);
    expect(server.violations).toEqual([]);
    expect(server.calls).toHaveLength(1);
  });

  it.each([
    ['a path that is not there', 'GET', '/services/srv-1/reboot', {}, 404],
    ['a method that is not there', 'PATCH', '/services/srv-1/restart', {}, 404],
    ['a parameter that is not there', 'GET', '/services/srv-1/deploys?page=2', {}, 400],
    ['a parameter of the wrong type', 'GET', '/services/srv-1/deploys?limit=many', {}, 400],
    ['a body where none belongs', 'POST', '/services/srv-1/restart', { body: {} }, 400],
    ['no body where one belongs', 'POST', '/services/srv-1/rollback', {}, 400],
    ['a body without its member', 'POST', '/services/srv-1/rollback', { body: {} }, 400],
    [
      'a member of the wrong type',
      'POST',
      '/services/srv-1/rollback',
      { body: { deployId: 1 } },
      400,
    ],
    ['a value that is not there', 'PATCH', '/services/srv-1', { body: { autoDeploy: false } }, 400],
    ['a member that is not there', 'PATCH', '/services/srv-1', { body: { autoDeplo: 'no' } }, 400],
    [
      'a body that is not called JSON',
      'PATCH',
      '/services/srv-1',
      { body: { autoDeploy: 'no' }, headers: { 'content-type': 'text/plain' } },
      400,
    ],
    ['no JSON wanted', 'GET', '/services/srv-1', { headers: { accept: '*/*' } }, 400],
  ])('reports %s, and does nothing', async (_, method, path, given, status) => {
    expect((await call(method, path, given)).status).toBe(status);
    expect(server.violations).toHaveLength(1);
    expect(server.calls).toEqual([]);
    expect(server.effects).toEqual([]);
  });

  it.each([{ authorization: 'Bearer other' }, { authorization: '' }])(
    'lets nobody in with %j',
    async (headers) => {
      expect((await call('POST', '/services/srv-1/restart', { headers })).status).toBe(401);
      expect(server.effects).toEqual([]);
    },
  );

  it('reports its own answers that contradict the description', async () => {
    server.answerNext('restart-service', { status: 418 });
    await call('POST', '/services/srv-1/restart');
    server.state.set('srv-2', renderService('srv-2', { notifyOnFail: 'never' }));
    await call('GET', '/services/srv-2');
    expect(server.violations).toEqual([
      'answer 418 of restart-service: status 418 is not documented',
      expect.stringContaining('answer 200 of retrieve-service'),
    ]);
  });

  it('cannot be closed quietly over a violation', async () => {
    const other = await startRenderServer({ token: TOKEN, services: [] });
    other.violations.push('something was wrong');
    await expect(other.close()).rejects.toThrow('something was wrong');
  });

  it('holds a call before its effect, and one after it', async () => {
    const before = server.hold('restart-service');
    const first = call('POST', '/services/srv-1/restart');
    await before.reached;
    expect(server.effects).toEqual([]);
    before.release();
    expect((await first).status).toBe(200);

    const after = server.hold('restart-service', 'after');
    const second = call('POST', '/services/srv-1/restart');
    await after.reached;
    expect(server.effects).toEqual(['restart-service', 'restart-service']);
    after.release();
    expect((await second).status).toBe(200);
  });

  it.each([
    [{ ending: 'drop' }, []],
    [{ ending: 'drop', effect: true }, ['restart-service']],
  ] as const)('breaks the connection with %j', async (answer, effects) => {
    server.answerNext('restart-service', answer);
    await expect(call('POST', '/services/srv-1/restart')).rejects.toThrow('fetch failed');
    expect(server.effects).toEqual(effects);
  });

  it('changes the instances by a restart and by a deploy that goes live', async () => {
    const ids = () => server.state.get('srv-1')?.instances.map(({ id }) => id) ?? [];
    const seen = [ids()];
    await call('POST', '/services/srv-1/restart');
    seen.push(ids());
    await call('POST', '/services/srv-1/rollback', { body: { deployId: 'dep-1' } });
    expect(ids()).toEqual(seen[1]);
    server.finishDeploy('srv-1', 'live');
    seen.push(ids());
    expect(new Set(seen.flat()).size).toBe(6);
    expect(server.state.get('srv-1')?.deploys.map(({ status }) => status)).toEqual([
      'deactivated',
      'deactivated',
      'live',
    ]);
  });
});
