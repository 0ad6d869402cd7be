import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PlanRule } from '../../lib/domain/decide/rules/plan-rule.js';
import { heal } from '../../lib/flows/heal.js';
import { readDecisionFacts } from '../../lib/store/decision-facts.js';
import { stated } from '../domain/decide/rules/build.js';
import { failingComponent } from '../support/failing-component.js';
import { addComponent, overtaken } from '../support/flow-parts.js';
import { type FlowStack, startFlowStack } from '../support/flow-stack.js';

let flows: FlowStack;
let names = 0;
const PATH = '/api/admin/rules';

beforeAll(async () => {
  flows = await startFlowStack();
  await addComponent(flows.stack, 'shop', {
    platform: {
      type: 'github',
      repository: 'a/b',
      environment: 'production',
      rollback: { by: 'deployment' },
    },
    group: 'web',
  });
});

afterAll(() => flows.close());

beforeEach(async () => {
  await flows.app.sql`delete from rules`;
  await flows.app.sql`
    update recoveries set state = 'skipped', ended_at = now(), token = token + 1 where ended_at is null`;
  await flows.app.sql`
    update incidents set closed_at = now(), closed_why = 'a test' where closed_at is null`;
});

const order = (given: Parameters<typeof stated>[0] = {}) =>
  stated({ when: { components: ['shop'] }, ...given });
const call = (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
  flows.stack.call(method, path, body, headers);
const version = async () => Number((await readDecisionFacts(flows.app.sql, null))?.version);
const audits = async () => {
  const rows = await flows.app.sql`select who, what, why from audit order by id`;
  return rows.slice(-3);
};

describe('a healing rule', () => {
  it('is made, shown, changed and ended, each time by whom and why', async () => {
    const before = await version();
    const made = await call('POST', PATH, order({ priority: 3 }));
    expect(made).toMatchObject({ status: 201, body: { name: 'night', priority: 3, reports: [] } });
    expect(await version()).toBeGreaterThan(before);
    const { id } = made.body;
    const changed = await call('PUT', `${PATH}/${id}`, order({ effect: { mode: 'observe' } }));
    expect(changed).toMatchObject({ status: 200, body: { id } });
    const { rules } = (await call('GET', PATH)).body;
    expect(rules).toMatchObject([
      { id, enabled: true, changed_by: 'test admin', ...order({ effect: { mode: 'observe' } }) },
    ]);
    expect((await call('DELETE', `${PATH}/${id}`)).status).toBeLessThan(300);
    expect((await call('GET', PATH)).body.rules).toEqual([]);
    expect(await audits()).toEqual([
      { who: 'test admin', what: 'add rule night', why: 'nobody is awake' },
      { who: 'test admin', what: 'change rule night', why: 'nobody is awake' },
      { who: 'test admin', what: 'end rule night', why: null },
    ]);
    const ended = [await version(), await audits()];
    expect((await call('DELETE', `${PATH}/${id}`)).status).toBe(404);
    expect((await call('PUT', `${PATH}/${id}`, order())).status).toBe(404);
    expect([await version(), await audits()]).toEqual(ended);
  });

  it('is told what it names that its components’ platform can never do', async () => {
    const config = { name: 'rollback', rollback_type: 'previous_state' };
    const effect = { plan: [{ name: 'rollback' }, { name: 'scale', to: 3 }, config] };
    const { body } = await call('POST', PATH, order({ effect }));
    expect(body.reports).toEqual([
      { component: 'shop', action: 'scale', why: 'github cannot scale' },
      {
        component: 'shop',
        action: 'rollback',
        why: 'github cannot roll back its previous state',
      },
    ]);
  });

  it.each([
    ['no target', order({ when: {} }), 400, 'name whom it is for'],
    ['a component that there is not', order({ when: { components: ['shup'] } }), 404, 'shup'],
    ['a group that nobody is in', order({ when: { groups: ['wob'] } }), 404, 'group wob'],
    ['an action that there is not', order({ effect: { plan: [{ name: 'pray' }] } }), 400, 'plan'],
    ['no reason', { ...order(), why: undefined }, 400, 'why'],
  ])('with %s is refused, and nothing has changed', async (_, body, status, says) => {
    const before = [await version(), await audits()];
    const answer = await call('POST', PATH, body);
    expect(answer.status).toBe(status);
    expect(JSON.stringify(answer.body)).toContain(says);
    expect([await version(), await audits()]).toEqual(before);
  });

  it('does not get a name that another has, and nothing has changed', async () => {
    await call('POST', PATH, order());
    const other = await call('POST', PATH, order({ name: 'day' }));
    const before = [await version(), await audits()];
    expect((await call('POST', PATH, order())).status).toBe(409);
    expect((await call('PUT', `${PATH}/${other.body.id}`, order())).status).toBe(409);
    expect([await version(), await audits()]).toEqual(before);
    expect((await call('GET', PATH)).body.rules).toHaveLength(2);
  });

  it('is made once by a request that is repeated, and by administrators alone', async () => {
    const headers = { 'idempotency-key': 'rule-once' };
    const first = await call('POST', PATH, order(), headers);
    const second = await call('POST', PATH, order(), headers);
    expect(second).toMatchObject({ status: 201, body: { id: first.body.id } });
    const authorization = `Bearer ${flows.stack.key(['operate'])}`;
    expect((await call('POST', PATH, order({ name: 'x' }), { authorization })).status).toBe(403);
  });
});

/** A component with an open incident whose plan a rule has a say in; the rule stands where `id` is of one. */
async function ruled(changes: Partial<PlanRule>, body: object = {}) {
  names += 1;
  const one = await failingComponent(flows, `ruled-${names}`, body);
  const rule = {
    ...{ id: crypto.randomUUID(), name: 'night', why: 'a test', made_plan: false },
    ...{ mode: null, raises: false, limits: {} },
    ...changes,
  };
  await flows.app.sql`
    update incidents
    set plan = plan || jsonb_build_object('rule', ${JSON.stringify(rule)}::jsonb)
    where id = ${one.incidentId}::uuid`;
  return one.incidentId;
}

const statesOf = async (incidentId: string) => {
  const rows = await flows.app.sql`
    select state from recoveries where incident_id = ${incidentId}::uuid`;
  return rows.map(({ state }) => state);
};

/** The id of the version in force. */
const inForce = async () => {
  const [row] = await flows.app.sql`select id::text from rules where ended_at is null`;
  return String(row?.['id']);
};

describe('heal under a rule', () => {
  it('asks a person where the rule wants it, whatever the component’s mode', async () => {
    const incidentId = await ruled({ mode: 'approve' });
    await heal(flows.app);
    expect(await statesOf(incidentId)).toEqual(['awaiting_approval']);
    const [row] = await flows.app.sql`
      select verdicts from recoveries where incident_id = ${incidentId}::uuid`;
    expect(JSON.stringify(row)).toContain('(rule night)');
  });

  it('is never allowed more by a rule that does not say so', async () => {
    const incidentId = await ruled({ mode: 'auto' }, { mode: 'approve' });
    await heal(flows.app);
    expect(await statesOf(incidentId)).toEqual(['awaiting_approval']);
  });

  it('is allowed more by a rule of which an administrator has said so, while it stands', async () => {
    const effect = { mode: 'auto', raise_mode: true };
    const { body } = await call('POST', PATH, order({ effect }));
    const raising = { id: await inForce(), mode: 'auto', raises: true } as const;
    const incidentId = await ruled(raising, { mode: 'observe' });
    await heal(flows.app);
    expect(await statesOf(incidentId)).toEqual(['planned']);
    const later = await ruled(raising, { mode: 'observe' });
    const racing = overtaken(flows.app, () => call('DELETE', `${PATH}/${body.id}`));
    await heal(racing);
    expect(await statesOf(later)).toEqual([]);
  });

  it('is told with a prediction, with the mode that it comes to', async () => {
    await ruled({ mode: 'approve' });
    const { body } = await call('GET', `/api/predict?component=ruled-${names}`);
    expect(body).toMatchObject({ rule: { name: 'night' }, plan: [{ mode: 'approve' }, {}] });
    const asked = body.plan[0].verdicts.find(({ guard }: { guard: string }) => guard === 'mode');
    expect(asked.outcome).toBe('ask');
  });

  it('keeps to the limits that a rule tightens', async () => {
    const incidentId = await ruled({ limits: { restarts_per_hour: 0 } });
    await heal(flows.app);
    expect(await statesOf(incidentId)).toEqual([]);
    const [row] = await flows.app.sql`
      select refusal from incidents where id = ${incidentId}::uuid`;
    expect(JSON.stringify(row)).toContain('restart_limit');
  });
});

/** How many rows there are in each table. */
async function counts(): Promise<Record<string, number>> {
  const { sql } = flows.app;
  const tables = await sql`
    select table_name as name from information_schema.tables
    where table_schema = 'public' and table_type = 'BASE TABLE'`;
  const found: Record<string, number> = {};
  for (const { name } of tables) {
    const [row] = await sql`
      select (xpath('/row/n/text()', query_to_xml(
        'select count(*) as n from ' || quote_ident(${name}::text), false, true, '')))[1]::text::int as n`;
    found[String(name)] = Number(row?.['n']);
  }
  return found;
}

describe('a dry run', () => {
  const run = (rule: object, days = 7) => call('POST', `${PATH}/dry-run`, { rule, days });

  it('answers what a rule would have done about each incident, and changes nothing', async () => {
    await flows.app.sql`truncate recoveries, incidents cascade`;
    const acted = await failingComponent(flows, 'dry-acted');
    await heal(flows.app);
    await failingComponent(flows, 'dry-other');
    const before = [await counts(), await version()];
    const effect = { plan: [{ name: 'rollback' }, { name: 'restart' }], mode: 'approve' };
    const { status, body } = await run(order({ when: { components: ['dry-acted'] }, effect }));
    expect(status).toBe(200);
    expect(body).toMatchObject({ incidents: 2, matched: 1, not_matched: 1, not_known: 0 });
    const [one] = body.answers.filter((answer: { matched: boolean }) => answer.matched);
    expect(one).toMatchObject({
      incident: acted.incidentId,
      plan_made: [{ name: 'restart' }, { name: 'page' }],
      plan_made_by: null,
      plan_would: [{ name: 'rollback' }, { name: 'restart' }, { name: 'page' }],
      mode: { was: 'auto', known_from: 'then', would: 'approve' },
      preceded_by: null,
    });
    const mode = one.verdicts.find(({ guard }: { guard: string }) => guard === 'mode');
    expect(mode).toMatchObject({ outcome: 'ask' });
    expect(one.verdicts.map(({ guard }: { guard: string }) => guard)).not.toContain('evidence');
    expect(body.guards_not_known).toEqual(expect.arrayContaining(['kill_switch', 'evidence']));
    const [other] = body.answers.filter((answer: { matched: boolean }) => !answer.matched);
    expect(other).toMatchObject({
      plan_would: null,
      because: ['component is dry-other, not dry-acted'],
    });
    // A key's request is remembered by nothing of a dry run.
    expect([await counts(), await version()]).toEqual(before);
  });

  it('does not take what a rule allowed for what the component allows', async () => {
    await flows.app.sql`truncate recoveries, incidents cascade`;
    const when = { components: ['dry-quiet'] };
    await call('PUT', '/api/components/dry-quiet', {});
    const made = await call(
      'POST',
      PATH,
      order({ name: 'quiet', when, effect: { mode: 'observe' } }),
    );
    await failingComponent(flows, 'dry-quiet');
    const [{ plan } = { plan: null }] = await flows.app.sql`select id, plan from incidents`;
    const rule = { id: made.body.id, name: 'quiet', why: 'a test', made_plan: false };
    await flows.app.sql`
      update incidents set plan = ${JSON.stringify(plan)}::jsonb || ${JSON.stringify({
        rule: { ...rule, mode: 'observe', raises: false, limits: {} },
      })}::jsonb`;
    await heal(flows.app);
    const answer = await run(order({ name: 'quiet', when, effect: { mode: 'auto' } }));
    expect(answer.body.answers).toMatchObject([
      { mode: { was: 'auto', known_from: 'today', would: 'auto' } },
    ]);
  });

  it('says what it does not know, and which rule comes first', async () => {
    await flows.app.sql`truncate recoveries, incidents cascade`;
    await failingComponent(flows, 'dry-unknown');
    await call('POST', PATH, order({ name: 'first', priority: 1, when: { all: true } }));
    const when = { components: ['dry-unknown'] };
    const [one] = (await run(order({ when }))).body.answers;
    expect(one).toMatchObject({ matched: true, preceded_by: 'first' });
    const metrics = [{ metric: 'queue.depth', above: 5 }];
    const { body } = await run(order({ when: { ...when, metrics, causes: ['leak'] } }));
    expect(body).toMatchObject({ matched: 0, not_known: 1 });
    expect(body.answers[0].because).toEqual([
      'the causes were not kept',
      'queue.depth was not kept with the incident',
    ]);
  });

  it('knows a window that was open then, and looks no further back than it was asked', async () => {
    await flows.app.sql`truncate recoveries, incidents cascade`;
    const { incidentId } = await failingComponent(flows, 'dry-frozen');
    const rule = { type: 'once', starts: '2020-01-01T00:00', ends: '2999-01-01T00:00' };
    const window = { name: 'works', all: true, zone: 'UTC', rule, why: 'a test' };
    await call('POST', '/api/admin/maintenance-windows', window);
    await flows.app.sql`update maintenance_windows set created_at = now() - interval '3 days'`;
    await flows.app.sql`update incidents set opened_at = now() - interval '2 days'`;
    const asked = order({
      when: { components: ['dry-frozen'] },
      effect: { plan: [{ name: 'restart' }] },
    });
    const [one] = (await run(asked)).body.answers;
    const freeze = one.verdicts.find(({ guard }: { guard: string }) => guard === 'freeze');
    expect(freeze).toMatchObject({ outcome: 'refuse', why: expect.stringContaining('works') });
    expect((await run(asked, 1)).body.answers).toEqual([]);
    await flows.app.sql`delete from maintenance_windows`;
    await flows.app.sql`update incidents set opened_at = now() where id = ${incidentId}::uuid`;
  });

  it.each([0, 31, 1.5])('over %s days is refused', async (days) => {
    expect((await run(order(), days)).status).toBe(400);
  });
});
