import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Plan } from '../../lib/domain/decide/incident.js';
import { checkHealing } from '../../lib/flows/check-healing.js';
import { execute } from '../../lib/flows/execute.js';
import { heal } from '../../lib/flows/heal.js';
import { keepLedger } from '../../lib/flows/keep-ledger.js';
import { statesNow } from '../../lib/flows/states-now.js';
import { componentsById } from '../../lib/store/components.js';
import { emptyDatabase, type TestDatabase } from '../support/database.js';
import { seenFailing } from '../support/failing-component.js';
import {
  addComponent,
  addIncident,
  addRecovery,
  CALM,
  reread,
  timeline,
  told,
} from '../support/flow-parts.js';
import { type FlowStack, startFlowStack } from '../support/flow-stack.js';
import { type NeonServer, startNeonServer } from '../support/neon-server.js';
import { renderDeploy } from '../support/render/service.js';
import { assessHealthy } from '../support/rollback-flow.js';
import { asSuperuser } from '../support/sessions.js';

/** What a deployment earns in each test before it is left. */
const EARNED_MIN = 40;

const STEP = { why: 'a test wants it', expects: 'nothing', proof: 'none' } as const;

const ROLLBACK_PLAN: Plan = {
  situation: 'deployment_regression',
  cause: 'a test',
  steps: [
    { action: { name: 'rollback', rollback_type: 'deployment' }, ...STEP },
    { action: { name: 'page' }, ...STEP },
  ],
};

let flows: FlowStack;
let neon: NeonServer;
let team: TestDatabase;
let names = 0;
let componentId = 0;

beforeAll(async () => {
  team = await emptyDatabase();
  neon = await startNeonServer({
    token: 'napi_test',
    project: 'shop-project-1',
    endpoint: { id: 'ep-shop-1', type: 'read_write', current_state: 'active', disabled: false },
  });
  flows = await startFlowStack(
    { provenMinutes: 30, rollbackCooldownS: 0 },
    { NEON_API_URL: neon.url, NEON_API_KEY: 'napi_test', SHOP_DATABASE_URL: team.url },
  );
});

afterAll(async () => {
  await flows.close();
  await neon.close();
});

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

async function alter(statement: string): Promise<void> {
  const admin = await asSuperuser(team, statement);
  await admin.end();
}

const service = () => {
  const one = flows.render.state.get('srv-1');
  if (one === undefined) throw new Error('the service is there');
  return one;
};

const compute = (state: 'active' | 'idle') =>
  Object.assign(neon.endpoint, { current_state: state });

const DATABASE = {
  type: 'neon',
  project_id: 'shop-project-1',
  endpoint_id: 'ep-shop-1',
  connection: 'SHOP_DATABASE_URL',
};

beforeEach(async () => {
  names += 1;
  compute('active');
  flows.render.effects.length = 0;
  // One test at a time: what another left behind must not take part.
  await flows.app.sql`update components set removed_at = now()`;
  await flows.app.sql`delete from recoveries`;
  await alter('drop table if exists orders; create table orders (id int, total int)');
  Object.assign(service(), { deploys: [renderDeploy(1, 'live', { createdAt: ago(24 * 60) })] });
  componentId = await addComponent(flows.stack, `shop-${names}`, {
    platform: { type: 'render', service_id: 'srv-1' },
    database: DATABASE,
    mode: 'auto',
  });
  await assessHealthy(flows.app, componentId);
});

/** Let time pass for all that the ledger has seen. */
async function pass(minutes: number): Promise<void> {
  await flows.app.sql.transaction([
    flows.app.sql`
      update known_state_looks
      set
        looked_at = looked_at - make_interval(mins => ${minutes}::int),
        schema_looked_at = schema_looked_at - make_interval(mins => ${minutes}::int)`,
    flows.app.sql`
      update known_states
      set
        first_seen = first_seen - make_interval(mins => ${minutes}::int),
        last_seen = last_seen - make_interval(mins => ${minutes}::int)`,
    flows.app.sql`
      update database_schemas
      set
        first_seen = first_seen - make_interval(mins => ${minutes}::int),
        last_seen = last_seen - make_interval(mins => ${minutes}::int)`,
  ]);
}

const look = () => keepLedger(flows.app, { ...flows.app.baseSettings, schemaEveryS: 60 });

/** Let what is live be healthy for a while; a shape is known to be run with from the look after its first one. */
async function earn(): Promise<void> {
  await look();
  await pass(6);
  await look();
  await pass(EARNED_MIN);
  await look();
}

const deploy = (number = 2, minutesAgo = 5) =>
  Object.assign(service(), {
    deploys: [
      renderDeploy(number, 'live', { createdAt: ago(minutesAgo), finishedAt: ago(minutesAgo - 1) }),
      ...service().deploys.map((one) => ({ ...one, status: 'deactivated' as const })),
    ],
  });

/** Roll back in trouble; by default to wherever Forestall chooses. */
async function rollBack(action: object = {}) {
  const { sql } = flows.app;
  await sql`delete from component_state where component_id = ${componentId}::int`;
  const incidentId = await addIncident(flows.app, componentId);
  const { id } = await addRecovery(flows.app, componentId, {
    incidentId,
    action: { name: 'rollback', rollback_type: 'deployment', ...action },
  });
  const { kind } = await execute(flows.app, id);
  return { kind, ...(await reread(flows.app, id)) };
}

const shapes = async () => {
  const [row] = await flows.app.sql`
    select count(*)::int as count from database_schemas where component_id = ${componentId}::int`;
  return row?.['count'];
};

describe('a rollback past a change of the database’s schema', () => {
  it.each([
    ['alter table orders drop column total', 'column orders.total is gone'],
    ['alter table orders rename to bills', 'table orders is gone'],
    ['alter table orders alter total type bigint', 'column orders.total is bigint and was integer'],
    [
      'alter table orders add paid bool not null',
      'column orders.paid is new, must not be null and has no default',
    ],
  ])('is refused after %s, seen right before the call', async (statement, why) => {
    await earn();
    await alter(statement);
    deploy();
    const { kind, error, state } = await rollBack();
    expect([kind, state]).toEqual(['failed', 'failed']);
    expect(error).toContain('the schema moved on at ');
    expect(error).toContain(why);
    expect(flows.render.effects).toEqual([]);
    await alter('drop table if exists bills');
  });

  it('is seen also where the compute had fallen asleep since', async () => {
    await earn();
    await alter('alter table orders drop column total');
    deploy();
    compute('idle');
    expect((await rollBack()).kind).toBe('failed');
    expect(flows.render.effects).toEqual([]);
  });

  it.each(['alter table orders add note text', 'create table more (id int)'])(
    'goes on after %s',
    async (statement) => {
      await earn();
      await alter(statement);
      deploy();
      const { kind, after } = await rollBack();
      expect(kind).toBe('acted');
      expect(after).toMatchObject({ deploy_id: 'dep-1', proven: true });
      expect(after?.['schema']).toMatch(/^fits, as seen at /);
      expect(flows.render.effects).toContain('rollback-deploy');
      await alter('drop table if exists more');
    },
  );

  it('is left to a person, who is told why, where Forestall had decided on it', async () => {
    await earn();
    await alter('alter table orders drop column total');
    deploy();
    const { sql } = flows.app;
    await sql`delete from component_state where component_id = ${componentId}::int`;
    await seenFailing(flows.app, componentId, { ...CALM, breaching: ['error_rate'] });
    const incidentId = await addIncident(flows.app, componentId, ROLLBACK_PLAN);
    expect(await heal(flows.app, componentId)).toMatchObject({ planned: 1 });
    const [planned] = await sql`select id from recoveries where incident_id = ${incidentId}::uuid`;
    expect(await execute(flows.app, String(planned?.['id']))).toEqual({ kind: 'failed' });
    expect(await heal(flows.app, componentId)).toMatchObject({ paged: 1 });
    expect(flows.render.effects).toEqual([]);
    expect(await timeline(flows.app, incidentId)).toEqual(['planned', 'failed', 'paged']);
    const { body } = await flows.stack.call('GET', `/api/incidents/${incidentId}`);
    expect(body).toMatchObject({ needs_person: true });
    expect(JSON.stringify(body)).toContain('column orders.total is gone');
    expect(await told(flows.app, `shop-${names}`)).toContain('escalation');
  });

  it.each([
    ['deployment', 'broken'],
    ['previous_state', 'broken'],
    ['config', undefined],
  ] as const)('is a question of the %s: %s', async (rollback_type, kind) => {
    await earn();
    await alter('alter table orders drop column total');
    const { app } = flows;
    const component = (await componentsById(app.sql, [componentId])).get(componentId);
    if (component === undefined) throw new Error('the component is there');
    const recovery = await addRecovery(app, componentId, {
      action: { name: 'rollback', rollback_type },
    });
    const { platform: target } = component;
    const settings = app.baseSettings;
    const [state] = await statesNow(app, { recovery, target, settings, component });
    expect(state?.schema?.kind).toBe(kind);
  });

  it('is a person’s to name', async () => {
    await earn();
    await alter('alter table orders drop column total');
    deploy();
    expect((await rollBack({ to: 'dep-1' })).kind).toBe('acted');
  });

  it('is told by the hourly look, before anybody needs it', async () => {
    await earn();
    await alter('alter table orders drop column total');
    await pass(61);
    await look();
    deploy();
    await checkHealing(flows.app);
    const { body } = await flows.stack.call('GET', `/api/components/shop-${names}`);
    expect(JSON.stringify(body.can_be_healed)).toContain('the schema moved on at ');
  });
});

describe('the ledger’s look at a schema', () => {
  it('leaves a compute asleep', async () => {
    compute('idle');
    await earn();
    expect(await shapes()).toBe(0);
  });

  it('leaves a compute alone of which nobody tells whether it sleeps, but for a new deployment', async () => {
    await flows.app.sql`
      update components
      set database = jsonb_set(database, '{credential}', '"NEON_API_KEY_OF_NOBODY"')
      where id = ${componentId}::int`;
    await earn();
    expect(await shapes()).toBe(1);
    await alter('alter table orders add note text');
    await pass(61);
    await look();
    expect(await shapes()).toBe(1);
    deploy();
    for (let looks = 0; looks < 2; looks += 1) {
      await pass(6);
      await look();
    }
    expect(await shapes()).toBe(2);
  });

  it('is made once an hour, and not by two sweeps at once', async () => {
    const hourly = () => keepLedger(flows.app, flows.app.baseSettings);
    await Promise.all([hourly(), hourly()]);
    await pass(6);
    await hourly();
    await alter('alter table orders add note text');
    await pass(20);
    await hourly();
    expect(await shapes()).toBe(1);
    await pass(41);
    await hourly();
    expect(await shapes()).toBe(2);
  });

  it('does not wait for the hour where another deployment went live', async () => {
    const hourly = () => keepLedger(flows.app, flows.app.baseSettings);
    await hourly();
    await alter('alter table orders add note text');
    deploy();
    for (let looks = 0; looks < 2; looks += 1) {
      await pass(6);
      await hourly();
    }
    expect(await shapes()).toBe(2);
  });

  it('that fails keeps nothing from being earned, nor from being rolled back to', async () => {
    await flows.app.sql`
      update components
      set database = jsonb_set(database, '{database}', '"elsewhere"')
      where id = ${componentId}::int`;
    await earn();
    deploy();
    const { kind, after } = await rollBack();
    expect(kind).toBe('acted');
    expect(after).toMatchObject({ proven: true });
    expect(after?.['schema']).toContain('unknown');
  });

  it('says that what fitted may not any more where it cannot be read before a rollback', async () => {
    await earn();
    await flows.app.sql`
      update components
      set database = jsonb_set(database, '{connection}', '"GONE_DATABASE_URL"')
      where id = ${componentId}::int`;
    await flows.app.sql`
      update database_schemas
      set place = replace(place, 'SHOP_DATABASE_URL', 'GONE_DATABASE_URL')
      where component_id = ${componentId}::int`;
    deploy();
    const { kind, after } = await rollBack();
    expect(kind).toBe('acted');
    expect(after?.['schema']).toMatch(/^fitted at .*, and cannot be read now$/);
  });
});

describe('a state that was proven at another load', () => {
  const rate = async (requestRate: number, minutes: number) => {
    await flows.app.sql`delete from metric_samples where component_id = ${componentId}::int`;
    await flows.app.sql`
      insert into metric_samples (component_id, instance_id, at, extra)
      select
        ${componentId}::int, 0, now() - make_interval(mins => minute),
        jsonb_build_object('request_rate', ${requestRate}::float8)
      from generate_series(1, ${minutes}::int) as minute`;
  };

  it.each([
    [90, 'dep-1', 'proven: '],
    [12, 'dep-2', 'proven: '],
    [2000, 'dep-2', 'proven, but too little at a load like that of now: '],
  ])('at %d requests a second is %s, as one is that had such load', async (now, to, why) => {
    for (const [number, then] of [
      [1, 100],
      [2, 10],
    ] as const) {
      if (number > 1) deploy(number, 50);
      await pass(6);
      await look();
      await pass(EARNED_MIN);
      await rate(then, EARNED_MIN);
      await look();
    }
    await rate(now, 60);
    deploy(3);
    const { after } = await rollBack();
    expect(after).toMatchObject({ deploy_id: to, proven: true });
    expect(String(after?.['proven_why'])).toContain(why);
  });

  it('as all were before load was kept, is returned to all the same', async () => {
    await look();
    await flows.app.sql`
      update known_states set healthy_minutes = 500 where component_id = ${componentId}::int`;
    await rate(100, 60);
    deploy();
    const { kind, after } = await rollBack();
    expect(kind).toBe('acted');
    expect(after).toMatchObject({ deploy_id: 'dep-1', proven: true });
    expect(String(after?.['proven_why'])).toContain('500 at a load that nobody measured');
  });

  it.each([
    [10, 12, 'proven: 40 healthy minutes, '],
    [10, 100, 'proven, but too little at a load like that of now: 40 healthy minutes, 0 of them'],
  ])('at %d and now %d requests a second, is told so', async (then, now, why) => {
    await look();
    await pass(EARNED_MIN);
    await rate(then, EARNED_MIN);
    await look();
    await rate(now, 60);
    deploy();
    const { kind, after } = await rollBack();
    expect(kind).toBe('acted');
    expect(after).toMatchObject({ proven: true });
    expect(String(after?.['proven_why'])).toContain(why);
  });
});
