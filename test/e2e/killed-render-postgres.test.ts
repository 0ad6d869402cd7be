import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Door, startDoor } from '../support/door.js';
import { type KillableStack, startKillableStack } from '../support/killable.js';
import { healthy } from '../support/life.js';
import { renderBackend, renderDatabase } from '../support/render/database.js';
import { type RenderServer, startRenderServer } from '../support/render-server.js';
import { until } from '../support/stack.js';

let stack: KillableStack;
let render: RenderServer;
let api: Door;

const ACTIONS = [
  ['restart', '/restart', {}, 'restart', 'service_restart'],
  [
    'fail_over',
    '/failover',
    { params: { to: 'standby' }, override: ['standby'] },
    'failover',
    'failover',
  ],
] as const;
const WHENS = ['before', 'after'] as const;
const CASES = ACTIONS.flatMap((action) => WHENS.map((when) => [when, ...action] as const));
const idOf = (action: string, when: string) => `dpg-${action.replace('_', '')}${when}`;

beforeAll(async () => {
  render = await startRenderServer({
    token: 'rnd_test',
    services: [],
    databases: CASES.map(([when, action]) =>
      renderDatabase(idOf(action, when), {
        highAvailabilityEnabled: true,
        backends: [renderBackend(101), renderBackend(201, { node: 'b' })],
      }),
    ),
  });
  api = await startDoor(render.url);
  stack = await startKillableStack({
    settings: {
      ...{ recoveryShare: 1, freshIntervals: 100, verifyPatienceS: 120, settleFailoverS: 1 },
      // Longer than Render takes to begin: an attempt after the claim need not wait for that.
      claimS: 46,
    },
    env: { RENDER_API_URL: api.url, RENDER_API_KEY: 'rnd_test' },
  });
});

afterAll(async () => {
  await stack?.close();
  await api?.close();
  await render?.close();
});

type Case = (typeof CASES)[number];

/** Ask for an action, and answer its recovery once a request of it stands at Render's door. */
async function standing([when, action, path, params]: Case): Promise<string> {
  const component = `${action}-${when}`;
  const postgres_id = idOf(action, when);
  const platform = { type: 'render_postgres', postgres_id, high_availability: true };
  await stack.call('PUT', `/api/components/${component}`, { platform });
  await live(component);
  const hold = api.hold(when, (passing) => passing.path.endsWith(`${postgres_id}${path}`));
  const order = { component, action, reason: 'a test', ...params };
  const asked = await stack.call('POST', '/api/recover', order);
  expect(asked).toMatchObject({ status: 202 });
  await hold.reached;
  return asked.body.recovery.id;
}

const live = (component: string) =>
  stack.call('POST', '/api/ingest', { component, at: new Date().toISOString(), ...healthy });

async function ended([when, action]: Case, id: string) {
  const component = `${action}-${when}`;
  return until(
    `the end of ${component}`,
    async () => {
      await live(component);
      await stack.call('POST', '/api/sweep', {});
      return (await stack.call('GET', `/api/recoveries/${id}`)).body;
    },
    ({ state }) => state === 'succeeded' || state === 'failed',
    150_000,
  );
}

it('does each once when the functions are killed before the call reaches Render, and with it unanswered', async () => {
  const ids: string[] = [];
  for (const one of CASES) ids.push(await standing(one));
  await stack.kill();
  await stack.restart();
  for (const [i, one] of CASES.entries()) {
    const [when, action, , , effect, told] = one;
    const id = ids[i] ?? '';
    const end = await ended(one, id);
    expect(end).toMatchObject({ state: 'succeeded', error: null, executor: 'render_postgres' });
    const postgresId = idOf(action, when);
    const effects = render.databases.effects.filter((each) => each.endsWith(` ${postgresId}`));
    expect(effects).toEqual([`${effect} ${postgresId}`]);
    const rows = await stack.sql`
      select action_type, success from unified_brain
      where metadata ->> 'recovery_id' = ${id}::text and action_type <> 'remediation_executed'`;
    expect(rows).toEqual([{ action_type: told, success: true }]);
  }
}, 300_000);
