import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { healthy, live, past, runOut, send } from '../support/life.js';
import { renderBackend, renderDatabase } from '../support/render/database.js';
import { type RenderServer, startRenderServer } from '../support/render-server.js';
import { startTestStack, type TestStack } from '../support/stack.js';

let stack: TestStack;
let render: RenderServer;

beforeAll(async () => {
  render = await startRenderServer({
    token: 'rnd_test',
    services: [],
    databases: [
      renderDatabase('dpg-1'),
      renderDatabase('dpg-2', {
        highAvailabilityEnabled: true,
        backends: [renderBackend(101), renderBackend(201, { node: 'b' })],
      }),
    ],
  });
  stack = await startTestStack({
    // A busy machine must not make a test's samples look stale.
    settings: { recoveryShare: 1, freshIntervals: 10, freshShare: 0.3, settleFailoverS: 1 },
    env: { RENDER_API_URL: render.url, RENDER_API_KEY: 'rnd_test' },
  });
});

afterAll(async () => {
  await stack.close();
  await render.close();
});

const effects = () => render.databases.effects;
const posts = () => render.calls.filter(({ method }) => method !== 'GET');
const at = (postgres_id: string, given: object = {}) => ({
  type: 'render_postgres',
  postgres_id,
  ...given,
});

describe('a database at Render as a component', () => {
  it('is restarted once though the answer is lost, and its incident closes', async () => {
    render.answerNext('restart-postgres', { ending: 'drop', effect: true });
    const config = { platform: at('dpg-1'), mode: 'auto' };
    expect(await stack.call('PUT', '/api/components/db', config)).toMatchObject({
      status: 201,
      body: { platform: { high_availability: false, credential: 'RENDER_API_KEY' } },
    });
    const shown = await runOut(stack, 'db', { isRestarted: () => effects().length > 0 });
    expect(shown.recoveries).toMatchObject([{ action: 'restart', state: 'succeeded' }]);
    const { body } = await stack.call('GET', `/api/recoveries/${shown.recoveries[0].id}`);
    expect(body).toMatchObject({
      executor: 'render_postgres',
      result: { success: true, service_id: 'dpg-1', component: 'db' },
    });
    expect(effects()).toEqual(['restart dpg-1']);
    expect(posts()).toHaveLength(1);
    const kept = await stack.app.sql`select before_state::text as before from recoveries limit 10`;
    expect(kept[0]?.['before']).not.toContain('secret');
  }, 300_000);

  it('is failed over where it has a standby, and cannot be failed back by an undo', async () => {
    const platform = at('dpg-2', { high_availability: true });
    await stack.call('PUT', '/api/components/ha', { platform });
    await send(
      stack,
      'ha',
      past(30, () => healthy),
    );
    const params = { to: 'standby' };
    const order = { component: 'ha', action: 'fail_over', params, reason: 'a test' };
    const elsewhere = { ...order, params: { to: 'another' } };
    const refused = await stack.call('POST', '/api/recover', elsewhere);
    expect(refused).toMatchObject({ status: 409 });
    expect(JSON.stringify(refused.body)).toContain('another is not the standby of ha');
    const asked = await stack.call('POST', '/api/recover', order);
    expect(asked).toMatchObject({ status: 202 });
    const { id } = asked.body.recovery;
    const end = await live(stack, 'the end of it', {
      component: 'ha',
      values: () => healthy,
      ask: async () => (await stack.call('GET', `/api/recoveries/${id}`)).body,
      isWanted: ({ state }) => ['succeeded', 'failed'].includes(state),
    });
    expect(end).toMatchObject({ state: 'succeeded', executor: 'render_postgres' });
    expect(effects()).toEqual(['restart dpg-1', 'failover dpg-2']);
    const undo = await stack.call('POST', `/api/recoveries/${id}/undo`, { reason: 'a test' });
    expect(undo.status).toBe(409);
  }, 300_000);

  it('cannot be failed over where it is not said to have a standby', async () => {
    const order = { component: 'db', action: 'fail_over', reason: 'a test', dry_run: true };
    const asked = await stack.call('POST', '/api/recover', { ...order, params: { to: 'standby' } });
    expect(asked.body).toMatchObject({ would_do: false, calls: [] });
    expect(JSON.stringify(asked.body)).toContain('render_postgres cannot fail_over');
  });

  it('tells in a dry run what would be done where', async () => {
    const order = { component: 'ha', reason: 'a test', dry_run: true };
    const calls = async (body: object) =>
      (await stack.call('POST', '/api/recover', { ...order, ...body })).body.calls;
    expect(await calls({ action: 'restart' })).toEqual([
      `POST ${render.url}/postgres/dpg-2/restart`,
    ]);
    expect(await calls({ action: 'fail_over', params: { to: 'standby' } })).toEqual([
      `POST ${render.url}/postgres/dpg-2/failover`,
    ]);
  });

  it('is not registered as what it is not', async () => {
    const put = (platform: object) => stack.call('PUT', '/api/components/other', { platform });
    for (const [platform, why] of [
      [
        at('dpg-1', { high_availability: true }),
        'high_availability: it is off for dpg-1 at Render',
      ],
      [at('dpg-9'), 'the target is gone'],
      [at('srv-1'), 'dpg-abc123-a'],
    ] as const) {
      const refused = await put(platform);
      expect(refused).toMatchObject({ status: 400, body: { code: 'invalid' } });
      expect(JSON.stringify(refused.body)).toContain(why);
    }
    expect((await stack.call('GET', '/api/components/other')).status).toBe(404);
  });
});
