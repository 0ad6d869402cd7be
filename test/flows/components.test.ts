import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findComponent } from '../../lib/store/components.js';
import { readDecisionFacts } from '../../lib/store/decision-facts.js';
import { keepHealCheck } from '../../lib/store/heal-checks.js';
import { addComponent, addIncident, addRecovery, reread } from '../support/flow-parts.js';
import { startTestStack, type TestStack } from '../support/stack.js';

let stack: TestStack;

beforeAll(async () => {
  stack = await startTestStack({ settings: { maxComponents: 25 } });
});

afterAll(() => stack.close());

const put = (name: string, config: object) => stack.call('PUT', `/api/components/${name}`, config);
const get = async (name: string) => stack.call('GET', `/api/components/${name}`);

const version = async (): Promise<number> =>
  Number((await readDecisionFacts(stack.app.sql, null))?.version);

describe('configureComponent', () => {
  it('registers once what ten configure at once, and keeps the whole of one of them', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        put('raced', { group: `group-${i}`, labels: { by: `${i}` }, mode: 'approve' }),
      ),
    );
    for (const { status } of answers) expect([200, 201]).toContain(status);
    const { body } = await get('raced');
    expect(body.group).toBe(`group-${body.labels.by}`);
    const rows = await stack.app.sql`select 1 from components where name = 'raced'`;
    expect(rows).toHaveLength(1);
  });

  it('lets one of two have a reference that both want at once', async () => {
    const refs = [{ source: 'alertmanager', id: 'wanted-by-both' }];
    await Promise.all([put('first', { refs }), put('second', { refs })]);
    const owners = (await Promise.all([get('first'), get('second')])).filter(
      ({ body }) => body?.refs?.length === 1,
    );
    expect(owners).toHaveLength(1);
    expect((await put('third', { refs })).status).toBe(409);
    expect((await get('third')).status).toBe(404);
  });

  it('makes claims in the making void, and is logged with who did it', async () => {
    const before = await version();
    await put('logged', { mode: 'auto' });
    expect(await version()).toBeGreaterThan(before);
    const audit = await stack.app.sql`select who, what from audit order by id desc limit 1`;
    expect(audit).toEqual([{ who: 'test admin', what: 'register logged' }]);
  });

  it('replaces the configuration: what is not named goes back to its default', async () => {
    await put('replaced', { mode: 'auto', group: 'one', limits: { cpu_usage: { warn: 50 } } });
    expect((await put('replaced', { mode: 'approve' })).status).toBe(200);
    expect((await get('replaced')).body).toMatchObject({
      mode: 'approve',
      group: null,
      limits: {},
    });
  });

  it('takes no more than the most allowed, by hand or by ingest', async () => {
    const [row] = await stack.app.sql`
      select count(*)::int as count from components where removed_at is null`;
    for (let i = Number(row?.['count']); i < 25; i += 1) {
      expect((await put(`filler-${i}`, {})).status).toBe(201);
    }
    expect((await put('one-too-many', {})).status).toBe(409);
    const sent = await stack.call('POST', '/api/ingest', { component: 'another', cpu_usage: 1 });
    expect(sent.body).toMatchObject({
      accepted: 0,
      rejected: [{ index: 0, code: 'too_many_components' }],
    });
    expect((await put('filler-24', { mode: 'auto' })).status).toBe(200);
  });
});

describe('forgetComponent', () => {
  it('closes its incident and skips what was planned, and its history stays', async () => {
    const id = await addComponent(stack, 'filler-23');
    await stack.call('POST', '/api/ingest', { component: 'filler-23', cpu_usage: 1 });
    const incidentId = await addIncident(stack.app, id);
    const recovery = await addRecovery(stack.app, id, { incidentId });
    const before = await version();
    const all = await Promise.all(
      Array.from({ length: 5 }, () => stack.call('DELETE', '/api/components/filler-23')),
    );
    expect(all.filter(({ status }) => status < 300)).toHaveLength(1);
    expect(all.filter(({ status }) => status === 404)).toHaveLength(4);
    expect(await version()).toBeGreaterThan(before);
    expect(await reread(stack.app, recovery.id)).toMatchObject({
      state: 'skipped',
      error: 'the component was removed',
    });
    const incidents = await stack.app.sql`
      select closed_why from incidents where id = ${incidentId}::uuid`;
    expect(incidents).toEqual([{ closed_why: 'the component was removed' }]);
    const samples = await stack.app.sql`
      select 1 from metric_samples where component_id = ${id}::int`;
    expect(samples).toHaveLength(1);
    expect((await get('filler-23')).status).toBe(404);
  });

  it('lets it come back under its name, with its history, in observe mode', async () => {
    const sent = await stack.call('POST', '/api/ingest', { component: 'filler-23', cpu_usage: 2 });
    expect(sent.body).toMatchObject({ accepted: 1, rejected: [] });
    expect((await get('filler-23')).body).toMatchObject({ mode: 'observe' });
  });
});

describe('pageComponents', () => {
  it('tells of each what is told of it alone, with whether it can be healed where that is known', async () => {
    const [lookedAt, other] = ['raced', 'replaced'] as const;
    const found = await findComponent(stack.app.sql, lookedAt);
    const why = 'nobody can restart raced';
    const actions = [{ action: 'restart', by: null, can: 'no', why } as const];
    await keepHealCheck(stack.app.sql, found?.id ?? 0, { verdict: 'no', actions });
    const { body } = await stack.call('GET', '/api/components?limit=500');
    const listed = (name: string) =>
      body.components.find((one: { name: string }) => one.name === name);
    expect(listed(lookedAt).can_be_healed).toMatchObject({ verdict: 'no', actions });
    expect(listed(other).can_be_healed).toBeNull();
    for (const name of [lookedAt, other]) {
      expect(listed(name)).toEqual((await get(name)).body);
    }
  });
});
