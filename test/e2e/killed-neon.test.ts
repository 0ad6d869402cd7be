import { afterAll, beforeAll, expect, it } from 'vitest';
import { emptyDatabase, type TestDatabase } from '../support/database.js';
import { type Door, type Passing, type Standing, startDoor } from '../support/door.js';
import { type KillableStack, startKillableStack } from '../support/killable.js';
import { healthy } from '../support/life.js';
import { type NeonServer, startNeonServer } from '../support/neon-server.js';
import { makeRole, openSession, type TestRole } from '../support/sessions.js';
import { until } from '../support/stack.js';

let stack: KillableStack;
let neon: NeonServer;
let api: Door;
let role: TestRole;
let own: TestDatabase;

const target = {
  type: 'neon',
  project_id: 'shop-project-1',
  endpoint_id: 'ep-shop-1',
  connection: 'SHOP_DATABASE_URL',
};

beforeAll(async () => {
  own = await emptyDatabase();
  role = await makeRole(own);
  neon = await startNeonServer({
    token: 'napi_test',
    project: 'shop-project-1',
    endpoint: { id: 'ep-shop-1', type: 'read_write', current_state: 'active', disabled: false },
  });
  api = await startDoor(neon.url);
  stack = await startKillableStack({
    settings: {
      ...{ recoveryShare: 1, freshIntervals: 100, verifyPatienceS: 120 },
      // Longer than Neon takes to show an operation: an attempt after the claim need not wait for that.
      ...{ sessionInTransactionS: 1, claimS: 11 },
    },
    env: { NEON_API_URL: api.url, NEON_API_KEY: 'napi_test', SHOP_DATABASE_URL: own.url },
  });
});

afterAll(async () => {
  await stack?.close();
  await api?.close();
  await neon?.close();
});

/** Ask for an action, kill the functions where a request of it stands, start them again, and answer the end. */
async function killedAt(component: string, action: string, standing: Standing) {
  await stack.call('PUT', `/api/components/${component}`, { platform: target });
  const live = () =>
    stack.call('POST', '/api/ingest', { component, at: new Date().toISOString(), ...healthy });
  await live();
  const asked = await stack.call('POST', '/api/recover', { component, action, reason: 'a test' });
  expect(asked).toMatchObject({ status: 202 });
  await standing.reached;
  await stack.kill();
  await stack.restart();
  const { id } = asked.body.recovery;
  const end = await until(
    `the end of ${component}`,
    async () => {
      await live();
      await stack.call('POST', '/api/sweep', {});
      return (await stack.call('GET', `/api/recoveries/${id}`)).body;
    },
    ({ state }) => state === 'succeeded' || state === 'failed',
    120_000,
  );
  const told = await stack.sql`
    select action_type, success from unified_brain
    where metadata ->> 'recovery_id' = ${id}::text and action_type <> 'remediation_executed'`;
  return { end, told };
}

/** Is met by the statement that ends sessions, not by the one that counts them. */
const endsSessions = ({ body }: Passing) => {
  if (!body.includes('pg_terminate_backend')) return false;
  const { params } = JSON.parse(body);
  return params.at(-1) === true || params.at(-1) === 'true';
};

it.each([
  ['before', 'before the call reaches Neon'],
  ['after', 'with the call unanswered'],
] as const)(
  'restarts once when the functions are killed (%s: %s)',
  async (when, _) => {
    const before = neon.effects.length;
    const standing = api.hold(when, ({ path }) => path.endsWith('/restart'));
    const { end, told } = await killedAt(`restart-${when}`, 'restart', standing);
    expect(end).toMatchObject({ state: 'succeeded', error: null, executor: 'neon' });
    expect(neon.effects.slice(before)).toEqual(['restart ep-shop-1']);
    expect(told).toEqual([{ action_type: 'service_restart', success: true }]);
  },
  240_000,
);

it.each([
  ['before', 'before the statement reaches the database'],
  ['after', 'with the statement unanswered'],
] as const)(
  'ends what is stuck and nothing else when the functions are killed (%s: %s)',
  async (when, _) => {
    const stuck = await openSession(own, role);
    await stuck.client.query('begin');
    const calm = await openSession(own, role);
    // As long as the setting says: only the database's clock counts.
    await own.sql`select pg_sleep(1.1)`;
    const standing = stack.doors.database.hold(when, endsSessions);
    const { end, told } = await killedAt(`reset-${when}`, 'reset_database', standing);
    expect(end).toMatchObject({ state: 'succeeded', error: null, executor: 'neon' });
    expect(stuck.wasEnded()).toBe(true);
    expect(await calm.isAlive()).toBe(true);
    expect(told).toEqual([{ action_type: 'db_connection_recovered', success: true }]);
    expect(end.result.sessions_ended).toBe(when === 'before' ? 1 : 0);
  },
  240_000,
);
