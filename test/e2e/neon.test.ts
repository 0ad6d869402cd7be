import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emptyDatabase } from '../support/database.js';
import { healthy, live, past, send } from '../support/life.js';
import { type NeonServer, startNeonServer } from '../support/neon-server.js';
import { makeRole, openSession, type TestRole, type TestSession } from '../support/sessions.js';
import { startTestStack, type TestStack } from '../support/stack.js';

const team = await emptyDatabase();

let stack: TestStack;
let neon: NeonServer;
let role: TestRole;
/** The service's pool: what it has open, for as long as the database lets it. */
const pool: TestSession[] = [];

beforeAll(async () => {
  role = await makeRole(team);
  neon = await startNeonServer({
    token: 'napi_test',
    project: 'shop-project-1',
    endpoint: { id: 'ep-shop-1', type: 'read_write', current_state: 'active', disabled: false },
  });
  stack = await startTestStack({
    settings: {
      // A busy machine must not make a test's samples look stale.
      ...{ recoveryShare: 1, freshIntervals: 10, freshShare: 0.3 },
      sessionInTransactionS: 1,
    },
    env: {
      NEON_API_URL: neon.url,
      NEON_API_KEY: 'napi_test',
      SHOP_DATABASE_URL: team.url,
    },
  });
});

afterAll(async () => {
  await stack.close();
  await neon.close();
});

const database = {
  type: 'neon',
  project_id: 'shop-project-1',
  endpoint_id: 'ep-shop-1',
  connection: 'SHOP_DATABASE_URL',
};

/** Most connections that the service's pool opens. */
const POOL = 10;

const inUse = () => pool.filter((one) => !one.wasEnded()).length;
const usage = () => ({ ...healthy, db_connections_usage: (inUse() / POOL) * 100 });

/** Lose another connection within a transaction, until none is left. */
async function leak(): Promise<void> {
  if (pool.length >= POOL) return;
  const session = await openSession(team, role);
  await session.client.query('begin');
  pool.push(session);
}

describe('a component that runs elsewhere and has its database at Neon', () => {
  it('gets its leaked connections back, nobody else loses one, and the incident closes', async () => {
    const bystander = await openSession(team, role);
    const platform = { type: 'render', service_id: 'srv-1' };
    const limits = { db_connections_usage: { warn: 60, fail: 90 } };
    const config = { platform, database, limits, mode: 'auto' };
    expect(await stack.call('PUT', '/api/components/shop', config)).toMatchObject({
      status: 201,
      body: { platform, database },
    });
    const level = { ...healthy, db_connections_usage: 10 };
    await send(
      stack,
      'shop',
      past(60, () => level),
    );
    const [{ id }] = await live(stack, 'the incident’s end', {
      component: 'shop',
      values: usage,
      ask: async () => {
        await leak();
        return (await stack.call('GET', '/api/incidents?component=shop')).body.incidents;
      },
      isWanted: ([incident]) => incident?.state === 'closed',
    });
    const shown = (await stack.call('GET', `/api/incidents/${id}`)).body;
    expect(shown.needs_person).toBe(false);
    expect(shown.recoveries).toMatchObject([{ action: 'reset_database', state: 'succeeded' }]);
    const { body } = await stack.call('GET', `/api/recoveries/${shown.recoveries[0].id}`);
    expect(body).toMatchObject({
      executor: 'neon',
      result: { success: true, attempts: 1, service_id: 'ep-shop-1' },
    });
    expect(body.result.sessions_ended).toBeGreaterThan(5);
    expect(await bystander.isAlive()).toBe(true);
    const told = await stack.app.sql`
      select action_type, success from unified_brain where action_type like 'db_%' limit 10`;
    expect(told).toEqual([{ action_type: 'db_connection_recovered', success: true }]);
    const kept = await stack.app.sql`
      select target::text as target, before_state::text as before, result::text as result
      from recoveries
      limit 10`;
    expect(kept[0]?.['target']).toContain('ep-shop-1');
    expect(JSON.stringify(kept)).not.toContain('test:test');
    // The ledger asks whether the compute sleeps before it looks at its schema; nothing was asked of Neon to be done.
    expect(neon.calls.filter(({ method }) => method !== 'GET')).toEqual([]);
  }, 300_000);

  it('tells in a dry run what would be done where', async () => {
    const asked = { component: 'shop', reason: 'a test', dry_run: true };
    const reset = { ...asked, action: 'reset_database' };
    expect((await stack.call('POST', '/api/recover', reset)).body.calls).toEqual([
      'SQL pg_terminate_backend, by SHOP_DATABASE_URL, of each session that is stuck',
    ]);
    const restart = { ...asked, action: 'restart' };
    expect((await stack.call('POST', '/api/recover', restart)).body.calls).toEqual([
      expect.stringContaining('/services/srv-1/restart'),
    ]);
  });

  it('is not registered with a connection that is not there, and stays as it was', async () => {
    const before = (await stack.call('GET', '/api/components/shop')).body;
    const other = { ...database, connection: 'OTHER_DATABASE_URL' };
    const refused = await stack.call('PUT', '/api/components/shop', { database: other });
    expect(refused).toMatchObject({
      status: 400,
      body: { code: 'invalid', detail: expect.stringContaining('OTHER_DATABASE_URL is not set') },
    });
    const { connection: _, ...without } = database;
    for (const wrong of [without, { ...database, connection: 'DATABASE_URL' }]) {
      const answer = await stack.call('PUT', '/api/components/shop', { database: wrong });
      expect(answer.status).toBe(400);
    }
    const {
      platform,
      limits,
      database: kept,
    } = (await stack.call('GET', '/api/components/shop')).body;
    expect({ platform, limits, database: kept }).toEqual({
      platform: before.platform,
      limits: before.limits,
      database: before.database,
    });
  });
});

describe('a compute endpoint as a component', () => {
  it('is restarted once though the answer is lost, and refused while it is suspended', async () => {
    await stack.call('PUT', '/api/components/db', { platform: database });
    await send(
      stack,
      'db',
      past(30, () => healthy),
    );
    neon.answerNext('restartProjectEndpoint', { ending: 'drop', effect: true });
    const end = async () => {
      const body = { component: 'db', action: 'restart', reason: 'a test', override: ['cooldown'] };
      const asked = await stack.call('POST', '/api/recover', body);
      expect(asked).toMatchObject({ status: 202 });
      const { id } = asked.body.recovery;
      return live(stack, 'the end of it', {
        component: 'db',
        values: () => healthy,
        ask: async () => (await stack.call('GET', `/api/recoveries/${id}`)).body,
        isWanted: ({ state }) => ['succeeded', 'failed'].includes(state),
      });
    };
    expect(await end()).toMatchObject({
      state: 'succeeded',
      executor: 'neon',
      result: { success: true, service_id: 'ep-shop-1' },
    });
    expect(neon.effects).toEqual(['restart ep-shop-1']);
    neon.endpoint.current_state = 'idle';
    expect(await end()).toMatchObject({
      state: 'failed',
      error: expect.stringContaining('there is nothing to restart'),
    });
    expect(neon.effects).toEqual(['restart ep-shop-1']);
  }, 300_000);
});
