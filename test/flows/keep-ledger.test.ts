import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { keepLedger } from '../../lib/flows/keep-ledger.js';
import { knownStates } from '../../lib/flows/known-states.js';
import { sweep } from '../../lib/flows/sweep.js';
import { targetName } from '../../lib/flows/target.js';
import { beginLook } from '../../lib/store/known-state-looks.js';
import { addComponent, addIncident } from '../support/flow-parts.js';
import { type FlowStack, startFlowStack } from '../support/flow-stack.js';
import { renderDeploy } from '../support/render/service.js';

const PLATFORM = { type: 'render', service_id: 'srv-1', credential: 'RENDER_API_KEY' } as const;
const SECRET = 'postgres://u:hunter2hunter2@db/x';

let flows: FlowStack;
let names = 0;
let componentId = 0;

beforeAll(async () => {
  flows = await startFlowStack({ provenMinutes: 30 });
});

afterAll(() => flows.close());

beforeEach(async () => {
  names += 1;
  await flows.app.sql`update components set removed_at = now()`;
  const deploys = [renderDeploy(2, 'live', { createdAt: ago(24 * 60) })];
  Object.assign(service(), { deploys, envVars: [{ key: 'DATABASE_URL', value: SECRET }] });
  componentId = await addComponent(flows.stack, `seen-${names}`);
  await assess('healthy');
});

/** An instant so many minutes ago. */
const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

const service = () => {
  const one = flows.render.state.get('srv-1');
  if (one === undefined) throw new Error('the service is there');
  return one;
};

const assess = (state: string) => flows.app.sql`
  insert into component_state (component_id, memory, assessment, evidence, premise, assessed_at)
  values (
    ${componentId}::int, '{}', jsonb_build_object('state', ${state}::text), '{}', '{}', now())
  on conflict (component_id) do update set assessment = excluded.assessment`;

/** Let time pass for what was seen. */
const pass = async (minutes: number) => {
  await flows.app
    .sql`update known_state_looks set looked_at = now() - make_interval(mins => ${minutes}::int)`;
  await flows.app
    .sql`update known_states set last_seen = now() - make_interval(mins => ${minutes}::int)`;
};

const look = () => keepLedger(flows.app, flows.app.baseSettings);
const known = () => knownStates(flows.app, componentId, PLATFORM, flows.app.baseSettings);

describe('keepLedger', () => {
  it('sees what is live, and lets it earn its healthy time', async () => {
    expect(await look()).toBe(1);
    expect(await known()).toMatchObject([
      {
        deploymentId: 'dep-2',
        version: 'commit-2',
        standing: 'unproven',
        config: { DATABASE_URL: SECRET },
        instances: 2,
      },
    ]);
    expect(await look()).toBe(0);
    await pass(31);
    expect(await look()).toBe(1);
    const [state] = await known();
    expect(state?.healthyMinutes).toBeCloseTo(31, 1);
    expect(state?.standing).toBe('proven');
  });

  it('looks once where two sweeps look at once', async () => {
    expect((await Promise.all([look(), look(), look()])).toSorted()).toEqual([0, 0, 1]);
  });

  it('holds no value of the configuration in plain', async () => {
    await look();
    const rows = await flows.app.sql`select known_states::text as text from known_states`;
    const text = JSON.stringify(rows);
    expect(text).toContain('s1.');
    expect(text).not.toContain('hunter2');
    expect(text).not.toContain('DATABASE_URL');
  });

  it('earns nothing across trouble, and blames an incident on what had just gone live', async () => {
    await look();
    await pass(40);
    const incidentId = await addIncident(flows.app, componentId);
    expect(await look()).toBe(1);
    expect(await known()).toMatchObject([
      { healthyMinutes: 0, incidents: 1, standing: 'unproven' },
    ]);
    await flows.app.sql`
      update incidents set situation = 'deployment_regression' where id = ${incidentId}::uuid`;
    await pass(10);
    await look();
    expect(await known()).toMatchObject([{ incidents: 1, standing: 'bad' }]);
    await flows.app.sql`
      update incidents set label = 'false_alarm', closed_at = now() - interval '20 minutes', closed_why = 'none'
      where id = ${incidentId}::uuid`;
    await pass(10);
    await look();
    expect(await known()).toMatchObject([{ incidents: 1, standing: 'unproven' }]);
  });

  it('blames what is live now, not the state before it', async () => {
    await look();
    await pass(40);
    await look();
    service().deploys = [
      ...service().deploys.map((one) => ({ ...one, status: 'deactivated' })),
      renderDeploy(3, 'live', { createdAt: ago(10), finishedAt: ago(1 / 60) }),
    ];
    await addIncident(flows.app, componentId);
    await pass(10);
    await assess('failing');
    await look();
    expect(await known()).toMatchObject([
      { deploymentId: 'dep-3', standing: 'bad', healthyMinutes: 0 },
      { deploymentId: 'dep-2', standing: 'proven', incidents: 0 },
    ]);
  });

  it('blames no hotfix for an incident that opened while it was built', async () => {
    await look();
    const incidentId = await addIncident(flows.app, componentId);
    await flows.app.sql`
      update incidents
      set situation = 'deployment_regression', opened_at = ${ago(5)}::timestamptz
      where id = ${incidentId}::uuid`;
    service().deploys = [
      ...service().deploys.map((one) => ({ ...one, status: 'deactivated' })),
      renderDeploy(3, 'live', { createdAt: ago(10), finishedAt: ago(2) }),
    ];
    await pass(10);
    await look();
    expect(await known()).toMatchObject([
      { deploymentId: 'dep-3', incidents: 0, standing: 'unproven' },
      { deploymentId: 'dep-2', incidents: 1, standing: 'bad' },
    ]);
  });

  it('lets no state begin while another was seen', async () => {
    await look();
    await pass(6);
    const incidentId = await addIncident(flows.app, componentId);
    await flows.app.sql`
      update incidents set opened_at = ${ago(7)}::timestamptz where id = ${incidentId}::uuid`;
    service().deploys = [renderDeploy(3, 'live', { createdAt: ago(10) })];
    await look();
    expect(await known()).toMatchObject([
      { deploymentId: 'dep-3', incidents: 0 },
      { deploymentId: 'dep-2', incidents: 1 },
    ]);
  });

  it('reads the variables of a deployment once', async () => {
    const reads = () =>
      flows.render.calls.filter(({ operation }) => operation === 'get-env-vars-for-service');
    const before = reads().length;
    await look();
    await pass(10);
    expect(await look()).toBe(1);
    expect(reads().length).toBe(before + 1);
    expect(await known()).toMatchObject([{ config: { DATABASE_URL: SECRET } }]);
  });

  it('earns the hours between two looks of a large fleet only if each of them was seen', async () => {
    const seen = (hours: number) => flows.app.sql`
      insert into unified_brain (action_type, output_data, metadata, executed_at)
      select
        'proactive_health_check', '{"state": "healthy"}', jsonb_build_object('component', name),
        now() - make_interval(hours => ${hours}::int)
      from components where id = ${componentId}::int`;
    await look();
    await pass(180);
    await seen(1);
    await look();
    expect(await known()).toMatchObject([{ healthyMinutes: 0 }]);
    await pass(180);
    await seen(2);
    await look();
    const [state] = await known();
    expect(state?.healthyMinutes).toBeCloseTo(180, 0);
    expect(state?.standing).toBe('proven');
  });

  it('goes by the checks that a sweep writes each hour', async () => {
    const samples = Array.from({ length: 20 }, (_, i) => ({
      at: new Date(Date.now() - i * 1000).toISOString(),
      ...{ error_rate: 0, request_rate: 100 },
    }));
    await flows.stack.call('POST', '/api/ingest', { component: `seen-${names}`, samples });
    // What the sweep reads is to be as a sweep writes it.
    await flows.app.sql`delete from component_state`;
    await flows.app
      .sql`update incidents set closed_at = now(), closed_why = 'a test' where closed_at is null`;
    await flows.app.sql`update sweep_shards set leased_until = now(), tick = 0, done_tick = 0`;
    await sweep(flows.app, {});
    await pass(180);
    const owner = { componentId, target: targetName(PLATFORM) };
    const facts = await beginLook(flows.app.sql, owner, { everyS: 300, freshS: 180 });
    expect(facts).toMatchObject({ healthy: true, checks: [expect.any(Date)] });
  });

  it('earns nothing of a time in which another state was seen', async () => {
    await look();
    await pass(40);
    const { deploys } = service();
    service().deploys = [renderDeploy(3, 'live', { createdAt: ago(30) })];
    await look();
    await flows.app.sql`
      update known_state_looks set looked_at = now() - interval '10 minutes'`;
    await flows.app.sql`
      update known_states
      set last_seen = now() - interval '10 minutes' where deployment_id = 'dep-3'`;
    service().deploys = deploys;
    await look();
    expect(await known()).toMatchObject([
      { deploymentId: 'dep-3', healthyMinutes: 0 },
      { deploymentId: 'dep-2', healthyMinutes: 0 },
    ]);
  });

  it('leaves the turn to what it had no time for, so that none waits for ever', async () => {
    const others = Array.from({ length: 9 }, (_, i) => `many-${names}-${9 - i}`);
    for (const name of others) await addComponent(flows.stack, name);
    await flows.app.sql`
      insert into component_state (component_id, memory, assessment, evidence, premise, assessed_at)
      select id, '{}', '{"state": "healthy"}', '{}', '{}', now()
      from components where name = any (${others}::text[])`;
    const round = () => {
      let looks = 0;
      // The first reading is that of the beginning; the time is up after four looks.
      return keepLedger(flows.app, flows.app.baseSettings, () => (looks++ <= 4 ? 0 : 60_000));
    };
    const looked = async () => {
      const rows = await flows.app.sql`
        select components.name from known_state_looks as looked
        join components on components.id = looked.component_id
        where components.removed_at is null
        order by components.id`;
      return rows.map((row) => row['name']);
    };
    const inTurn = [`seen-${names}`, ...others];
    expect(await round()).toBe(4);
    expect(await looked()).toEqual(inTurn.slice(0, 4));
    await pass(10);
    expect(await round()).toBe(4);
    expect(await looked()).toEqual(inTurn.slice(0, 8));
    await pass(10);
    expect(await round()).toBe(4);
    expect(await looked()).toEqual(inTurn);
  });

  it.each([
    ['a deploy is in progress', () => service().deploys.push(renderDeploy(9, 'build_in_progress'))],
    ['nothing is live', () => service().deploys.splice(0)],
    [
      'Render does not tell since when it is live',
      () => {
        const [live] = service().deploys;
        if (live !== undefined) delete live.finishedAt;
      },
    ],
    ['it is suspended', () => Object.assign(service(), { suspended: 'suspended' })],
  ])('keeps nothing while %s', async (_, change) => {
    change();
    expect(await look()).toBe(0);
    expect(await known()).toEqual([]);
    Object.assign(service(), { suspended: 'not_suspended' });
  });

  it('does not know the configuration of a live rollback', async () => {
    const [live] = service().deploys;
    service().deploys = live === undefined ? [] : [{ ...live, trigger: 'rollback' }];
    await look();
    expect(await known()).toMatchObject([{ deploymentId: 'dep-2', config: null }]);
  });

  it('logs a look that failed, goes on with the others, and waits for the next turn', async () => {
    const lines: unknown[] = [];
    const app = { ...flows.app, log: (line: unknown) => lines.push(line) };
    await addComponent(flows.stack, `other-${names}`);
    await flows.app.sql`
      insert into component_state (component_id, memory, assessment, evidence, premise, assessed_at)
      select id, '{}', '{"state": "healthy"}', '{}', '{}', now()
      from components where name = ${`other-${names}`}::text`;
    flows.render.answerNext('list-deploys', { status: 503 });
    expect(await keepLedger(app, app.baseSettings)).toBe(1);
    expect(lines).toMatchObject([{ event: 'ledger_look_failed' }]);
    expect(await keepLedger(app, app.baseSettings)).toBe(0);
  });

  it('only reads, and does nothing while the database is away', async () => {
    const before = flows.render.effects.length;
    await look();
    expect(flows.render.effects.length).toBe(before);
    const away = () => Promise.reject(new Error('away'));
    const sql = Object.assign(away, { transaction: away });
    // A database that is away answers nothing, whatever it is asked in whatever form.
    const app = { ...flows.app, sql: sql as unknown as typeof flows.app.sql };
    expect(await keepLedger(app, app.baseSettings)).toBe(0);
  });

  it('forgets a snapshot whose secret is gone, not the state', async () => {
    await look();
    const { sealing, ...rest } = flows.app.secrets.current;
    const current = { ...rest, sealing, id: '0'.repeat(16) };
    const app = { ...flows.app, secrets: { current, old: [] } };
    expect(await knownStates(app, componentId, PLATFORM, app.baseSettings)).toMatchObject([
      { deploymentId: 'dep-2', config: null },
    ]);
  });
});
