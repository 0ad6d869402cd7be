import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RecoveryRequest, requestRecovery } from '../../lib/flows/request-recovery.js';
import { findByPlatform } from '../../lib/store/components.js';
import { addComponent, addRecovery } from '../support/flow-parts.js';
import { type FlowStack, startFlowStack } from '../support/flow-stack.js';

let flows: FlowStack;
let names = 0;

beforeAll(async () => {
  flows = await startFlowStack({ restartsPerHour: 3, cleanupCooldownS: 300 });
});

afterAll(() => flows.close());

beforeEach(() => {
  flows.sent.length = 0;
});

async function component(body?: object): Promise<{ name: string; id: number }> {
  names += 1;
  const name = `asked-${names}`;
  return { name, id: await addComponent(flows.stack, name, body) };
}

const ask = (given: Partial<RecoveryRequest>) =>
  requestRecovery(flows.app, {
    action: { name: 'restart' },
    reason: 'a test',
    dryRun: false,
    overrides: [],
    who: 'ann',
    ...given,
  });

const count = async (id: number): Promise<number> => {
  const [row] = await flows.app.sql`
    select count(*)::int as rows from recoveries where component_id = ${id}::int`;
  return Number(row?.['rows']);
};

describe('requestRecovery', () => {
  it('claims, writes down who asked and why, and sends the message', async () => {
    const { name, id } = await component({
      platform: { type: 'render', service_id: 'srv-1' },
      mode: 'observe',
    });
    const requested = await ask({ component: name });
    expect(requested).toMatchObject({ kind: 'planned', component: name });
    expect(await count(id)).toBe(1);
    expect(flows.sent).toMatchObject([{ body: { kind: 'recover', token: 1 }, retries: 5 }]);
    const audit = await flows.app.sql`
      select who, why from audit where what = ${`recover ${name}`}::text`;
    expect(audit).toEqual([{ who: 'ann', why: 'a test' }]);
  });

  it('takes one of ten who ask at once, and names what refuses the others', async () => {
    const { name, id } = await component();
    const all = await Promise.allSettled(
      Array.from({ length: 10 }, () => ask({ component: name })),
    );
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const one of all) {
      if (one.status === 'rejected') expect(['refused', 'conflict']).toContain(one.reason.code);
    }
    expect(await count(id)).toBe(1);
    expect(flows.sent).toHaveLength(1);
  });

  it('takes each of five who ask for different components at once', async () => {
    const all = await Promise.all(Array.from({ length: 5 }, () => component()));
    const asked = await Promise.allSettled(all.map(({ name }) => ask({ component: name })));
    // Each loses at most to the four others, and reads again five times.
    expect(asked.map(({ status }) => status)).toEqual(Array(5).fill('fulfilled'));
  });

  it('changes nothing in a dry run, and says what would be called and by whom refused', async () => {
    const { name, id } = await component();
    expect(await ask({ component: name, dryRun: true })).toMatchObject({
      kind: 'dry_run',
      wouldDo: true,
      calls: [expect.stringContaining('/services/srv-1/restart')],
    });
    const other = await component({ platform: { type: 'none' } });
    const dry = await ask({ component: other.name, dryRun: true });
    expect(dry).toMatchObject({ kind: 'dry_run', wouldDo: false, calls: [] });
    expect(await count(id)).toBe(0);
    expect(flows.sent).toEqual([]);
  });

  it('finds a component by its platform and id', async () => {
    const { name } = await component({ platform: { type: 'render', service_id: 'srv-by' } });
    const requested = await ask({ platform: 'render', serviceId: 'srv-by' });
    expect(requested).toMatchObject({ kind: 'planned', component: name });
  });

  it.each([
    ['fly', 'by-app', { type: 'fly', app: 'by-app' }],
    ['render_postgres', 'dpg-by', { type: 'render_postgres', postgres_id: 'dpg-by' }],
    ['webhook', 'by-hook', { type: 'webhook', target: 'by-hook', actions: ['restart'] }],
    ['neon', 'by-neon', { type: 'neon', project_id: 'by-neon', endpoint_id: 'ep-by' }],
  ] as const)('finds one at %s by what that calls it', async (platform, serviceId, ref) => {
    const { name } = await component();
    await flows.app.sql`
      update components set platform = ${JSON.stringify(ref)}::jsonb || '{"credential": "NONE"}'
      where name = ${name}::text`;
    expect(await findByPlatform(flows.app.sql, platform, serviceId)).toEqual([name]);
  });

  it('asks which is meant where several run as one service, and changes nothing', async () => {
    const platform = { type: 'render', service_id: 'srv-twice' };
    const [one, other] = [await component({ platform }), await component({ platform })];
    await expect(ask({ platform: 'render', serviceId: 'srv-twice' })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining([one.name, other.name].toSorted().join(', ')),
      details: { components: [one.name, other.name].toSorted() },
    });
    expect([await count(one.id), await count(other.id)]).toEqual([0, 0]);
  });

  it.each([
    [{ component: 'nobody' }, 'there is no nobody'],
    [{ platform: 'render' as const, serviceId: 'srv-nobody' }, 'srv-nobody on render'],
  ])('says what there is not: %o', async (given, message) => {
    await expect(ask(given)).rejects.toMatchObject({
      code: 'not_found',
      message: expect.stringContaining(message),
    });
  });

  it('keeps to the limits, and lets an override by name pass one, which is kept with it', async () => {
    const { name, id } = await component();
    for (let i = 0; i < 3; i += 1) {
      await addRecovery(flows.app, id, { state: 'succeeded', endedAgoS: 60 });
    }
    await expect(ask({ component: name })).rejects.toMatchObject({
      code: 'refused',
      details: { guard: 'restart_limit', until: expect.any(Date) },
    });
    const requested = await ask({ component: name, overrides: ['restart_limit'] });
    if (requested.kind !== 'planned') throw new Error('a dry run was not asked for');
    const verdict = requested.recovery.verdicts.find(({ guard }) => guard === 'restart_limit');
    expect(verdict).toMatchObject({ outcome: 'overridden' });
  });

  it('cannot be overridden while the installation is paused', async () => {
    const { name, id } = await component();
    await flows.stack.call('POST', '/api/admin/pause', { why: 'a test' });
    await expect(ask({ component: name, overrides: ['kill_switch'] })).rejects.toMatchObject({
      details: { guard: 'kill_switch' },
    });
    await flows.stack.call('POST', '/api/admin/resume', { why: 'a test' });
    expect(await count(id)).toBe(0);
  });

  it('decides nothing without a control row', async () => {
    const { name, id } = await component();
    const [kept] = await flows.app
      .sql`delete from control returning decision_version::text as version`;
    await expect(ask({ component: name })).rejects.toMatchObject({ code: 'unavailable' });
    await flows.app.sql`
      insert into control (id, decision_version) values (1, ${kept?.['version']}::bigint)`;
    expect(await count(id)).toBe(0);
  });
});
