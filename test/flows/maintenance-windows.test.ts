import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { heal } from '../../lib/flows/heal.js';
import { readDecisionFacts } from '../../lib/store/decision-facts.js';
import { failingComponent } from '../support/failing-component.js';
import { addComponent, overtaken } from '../support/flow-parts.js';
import { type FlowStack, startFlowStack } from '../support/flow-stack.js';

let flows: FlowStack;
const PATH = '/api/admin/maintenance-windows';
const ALWAYS = {
  type: 'weekly',
  days: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'],
  start: '00:00',
  duration_min: 1440,
};
const YEARS = { type: 'once', starts: '2020-06-01T00:00', ends: '2999-06-01T06:00' };

beforeAll(async () => {
  flows = await startFlowStack();
  await addComponent(flows.stack, 'shop', { group: 'web' });
});

afterAll(() => flows.close());

beforeEach(async () => {
  await flows.app.sql`delete from maintenance_windows`;
});

const order = (changes: object = {}) => ({
  name: 'nightly',
  component: 'shop',
  zone: 'Europe/Berlin',
  rule: { type: 'weekly', days: ['sun'], start: '02:30', duration_min: 60 },
  why: 'backups run',
  ...changes,
});

const call = (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
  flows.stack.call(method, path, body, headers);

const version = async () => Number((await readDecisionFacts(flows.app.sql, null))?.version);
const audits = async () => {
  const rows = await flows.app.sql`select who, what, why from audit order by id`;
  return rows.slice(-2);
};

describe('a maintenance window', () => {
  it('is made, shown in its zone and in UTC with when it opens next, and ended, by whom and why', async () => {
    const before = await version();
    const made = await call('POST', PATH, order());
    expect(made).toMatchObject({ status: 201, body: { name: 'nightly', zone: 'Europe/Berlin' } });
    expect(await version()).toBeGreaterThan(before);
    const { maintenance_windows: listed } = (await call('GET', PATH)).body;
    expect(listed).toEqual([
      {
        id: made.body.id,
        name: 'nightly',
        component: 'shop',
        group: null,
        all: false,
        zone: 'Europe/Berlin',
        rule: order().rule,
        mute: false,
        why: 'backups run',
        open: null,
        next: {
          from: expect.stringMatching(/T0[01]:30:00.000Z$/),
          from_local: expect.stringMatching(/ 02:30$/),
          until: expect.stringMatching(/T0[12]:30:00.000Z$/),
          until_local: expect.stringMatching(/ 03:30$/),
        },
        trouble: null,
        covered: 1,
        created_by: 'test admin',
        created_at: expect.any(String),
      },
    ]);
    await flows.app.sql`update components set removed_at = now() where name = 'shop'`;
    const [alone] = (await call('GET', PATH)).body.maintenance_windows;
    expect(alone).toMatchObject({ covered: 0, trouble: 'it covers no component any more' });
    await flows.app.sql`update components set removed_at = null where name = 'shop'`;
    const made2 = await version();
    expect((await call('DELETE', `${PATH}/${made.body.id}`)).status).toBeLessThan(300);
    expect(await version()).toBeGreaterThan(made2);
    expect((await call('GET', PATH)).body.maintenance_windows).toEqual([]);
    expect(await audits()).toEqual([
      { who: 'test admin', what: 'add maintenance window nightly', why: 'backups run' },
      { who: 'test admin', what: 'end maintenance window', why: null },
    ]);
    const count = async () => (await flows.app.sql`select count(*) from audit`)[0];
    const audited = await count();
    expect((await call('DELETE', `${PATH}/${made.body.id}`)).status).toBe(404);
    expect(await count()).toEqual(audited);
  });

  it('shows that it is open, and that it opens no more', async () => {
    await call('POST', PATH, order({ component: undefined, all: true, rule: YEARS }));
    const { maintenance_windows: listed } = (await call('GET', PATH)).body;
    expect(listed[0]).toMatchObject({
      all: true,
      open: { from: '2020-05-31T22:00:00.000Z', from_local: '2020-06-01 00:00' },
      next: null,
    });
  });

  it('shows that one which this version cannot evaluate counts as open', async () => {
    await call('POST', PATH, order());
    await flows.app.sql`update maintenance_windows set zone = 'Atlantis/Old_Town'`;
    const { maintenance_windows: listed } = (await call('GET', PATH)).body;
    expect(listed[0]).toMatchObject({ open: null, next: null });
    expect(listed[0].trouble).toContain('counts as open: no time zone is called Atlantis/Old_Town');
  });

  it.each([
    [
      'a zone that there is not',
      { zone: 'Europe/Berln' },
      400,
      'no time zone is called Europe/Berln',
    ],
    ['an offset for a zone', { zone: '+02:00' }, 400, 'no time zone is called +02:00'],
    ['nothing that it covers', { component: undefined }, 400, 'just one of component, group'],
    ['two things that it covers', { all: true }, 400, 'just one of component, group'],
    ['a component that there is not', { component: 'shup' }, 404, 'there is no component shup'],
    ['a group that nobody is in', { component: undefined, group: 'wob' }, 404, 'group wob'],
    ['no reason', { why: undefined }, 400, 'why'],
    ['a misspelt field', { muted: true }, 400, 'muted'],
    ['a rule of no kind', { rule: { type: 'monthly' } }, 400, 'rule.type'],
    [
      'a time that is over',
      { rule: { type: 'once', starts: '2020-01-01T00:00', ends: '2020-01-02T00:00' } },
      400,
      'never opens',
    ],
  ])('with %s is refused, and nothing has changed', async (_, changes, status, says) => {
    const before = [await version(), await audits()];
    const answer = await call('POST', PATH, order(changes));
    expect(answer.status).toBe(status);
    expect(JSON.stringify(answer.body)).toContain(says);
    expect([await version(), await audits()]).toEqual(before);
    expect((await call('GET', PATH)).body.maintenance_windows).toEqual([]);
  });

  it('is refused under a name that another has, and nothing has changed', async () => {
    await call('POST', PATH, order());
    const before = [await version(), await audits()];
    const again = await call('POST', PATH, order({ component: undefined, group: 'web' }));
    expect(again).toMatchObject({ status: 409, body: { code: 'conflict' } });
    expect([await version(), await audits()]).toEqual(before);
  });

  it('is made once by a request that is repeated', async () => {
    const headers = { 'idempotency-key': 'window-once' };
    const first = await call('POST', PATH, order(), headers);
    const second = await call('POST', PATH, order(), headers);
    expect(second).toMatchObject({ status: 201, body: { id: first.body.id } });
    expect((await call('GET', PATH)).body.maintenance_windows).toHaveLength(1);
  });

  it('is made by administrators alone', async () => {
    const authorization = `Bearer ${flows.stack.key(['operate'])}`;
    expect((await call('POST', PATH, order(), { authorization })).status).toBe(403);
  });
});

const recoveriesOf = (incidentId: string) =>
  flows.app.sql`select state from recoveries where incident_id = ${incidentId}::uuid`;

const refusal = async (incidentId: string) => {
  const [row] = await flows.app.sql`
    select refusal, needs_person from incidents where id = ${incidentId}::uuid`;
  return JSON.stringify(row);
};

describe('a window that is open', () => {
  it('made while a decision is being made voids its claim, and the next look is frozen', async () => {
    const { incidentId } = await failingComponent(flows, 'raced', { group: 'racers' });
    const racing = overtaken(flows.app, () =>
      call('POST', PATH, order({ component: undefined, group: 'racers', rule: YEARS })),
    );
    expect(await heal(racing)).toMatchObject({ planned: 0, refused: 1 });
    expect(await recoveriesOf(incidentId)).toEqual([]);
    expect(await refusal(incidentId)).toContain(
      'maintenance window nightly, until 2999-06-01 06:00 in Europe/Berlin (2999-06-01 04:00 UTC): backups run',
    );
    const [window] = (await call('GET', PATH)).body.maintenance_windows;
    await call('DELETE', `${PATH}/${window.id}`);
    expect(await heal(flows.app)).toMatchObject({ planned: 1 });
  });

  it('of another group holds nothing back', async () => {
    await call('POST', PATH, order({ component: undefined, group: 'web', rule: YEARS }));
    const { incidentId } = await failingComponent(flows, 'stranger', { group: 'strangers' });
    await heal(flows.app);
    expect(await recoveriesOf(incidentId)).toHaveLength(1);
  });

  it('and never closes holds back, and a person is told of it', async () => {
    await call('POST', PATH, order({ component: undefined, all: true, rule: ALWAYS }));
    const { incidentId } = await failingComponent(flows, 'endless');
    await flows.app.sql`
      update incidents set opened_at = now() - interval '1 day' where id = ${incidentId}::uuid`;
    expect(await heal(flows.app)).toMatchObject({ planned: 0 });
    expect(await recoveriesOf(incidentId)).toEqual([]);
    expect(await refusal(incidentId)).toContain('"needs_person":true');
  });

  it('answers a dry run of a person with its name and end, and changes nothing', async () => {
    await call('POST', PATH, order({ component: undefined, all: true, rule: YEARS }));
    await failingComponent(flows, 'dry');
    const { body } = await call('POST', '/api/recover', {
      component: 'dry',
      action: 'restart',
      reason: 'a test',
      dry_run: true,
    });
    const freeze = body.verdicts.find((one: { guard: string }) => one.guard === 'freeze');
    expect(freeze).toMatchObject({ outcome: 'refuse', until: '2999-06-01T04:00:00.000Z' });
    expect(freeze.why).toContain('maintenance window nightly');
  });
});
