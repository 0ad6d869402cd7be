import { describe, expect, it } from 'vitest';
import { PlatformRef } from '../../lib/domain/component.js';
import { type Placed, placeOf } from '../../lib/domain/place.js';
import { DatabaseRef } from '../../lib/domain/platform-refs/neon.js';
import { closeIncidents } from '../../lib/store/incident-lifecycle.js';
import { findRecovery } from '../../lib/store/recoveries.js';
import {
  approveRecovery,
  claimAndTell,
  claimExecution,
  claimRecoveries,
} from '../../lib/store/recovery-claims.js';
import { endRecovery, holdRecovery } from '../../lib/store/recovery-progress.js';
import {
  addComponent,
  addIncident,
  addRecovery,
  later,
  newRecovery,
  presentVersion,
  recoveryIn,
  stateOf,
  storeDatabase,
  tokenOf,
} from './fixtures.js';
import { race, times } from './race.js';

const { sql, database } = await storeDatabase();

const CONTROL = 'select 1 from control where id = 1 for update';
const rowOf = (id: string): string => `select 1 from recoveries where id = '${id}' for update`;

async function recoveriesOf(componentId: number): Promise<number> {
  const [row] = await sql`
    select count(*)::int as recoveries
    from recoveries
    where component_id = ${componentId}::int`;
  return Number(row?.['recoveries']);
}

describe('claimRecoveries', () => {
  it.each([
    ['reset_database', true],
    ['restart', false],
  ] as const)('keeps where %s is done, as the domain says', async (name, atDatabase) => {
    const component = await addComponent(sql);
    const platform = PlatformRef.parse({ type: 'render', service_id: 'srv-1' });
    const database = DatabaseRef.parse({
      ...{ type: 'neon', project_id: 'shop-project-1', endpoint_id: 'ep-shop-1' },
      connection: 'SHOP_DATABASE_URL',
    });
    const claim = async (placed: Placed) => {
      await sql`
        update components
        set
          platform = ${JSON.stringify(placed.platform)}::jsonb,
          database = ${placed.database && JSON.stringify(placed.database)}::jsonb
        where id = ${component.id}::int`;
      const wanted = newRecovery(component.id, { action: { name } });
      await claimRecoveries(sql, await presentVersion(sql), [wanted]);
      const kept = await findRecovery(sql, wanted.id);
      await sql`
        update recoveries set state = 'skipped', ended_at = now() where id = ${wanted.id}::uuid`;
      expect(kept?.target).toEqual(placeOf(placed, name));
      return kept?.target;
    };
    expect(await claim({ platform, database })).toEqual(atDatabase ? database : platform);
    expect(await claim({ platform, database: null })).toEqual(platform);
  });

  it('keeps what was decided, and raises the decision version by one', async () => {
    const component = await addComponent(sql);
    await sql`
      update components
      set platform = '{"type": "render", "service_id": "srv-1", "credential": "RENDER_API_KEY"}'
      where id = ${component.id}::int`;
    const incidentId = await addIncident(sql, component.id);
    const version = await presentVersion(sql);
    const approveBy = later();
    const wanted = newRecovery(component.id, {
      incidentId,
      step: 1,
      action: { name: 'clean_memory', only_if_leaking: true },
      executor: 'agent',
      state: 'awaiting_approval',
      why: 'memory grows',
      requestedBy: 'ann',
      verdicts: [{ guard: 'mode', outcome: 'ask', why: 'a person decides', until: null }],
      premise: {
        probability: 0.7,
        level: 'critical',
        score: 41.5,
        reasons: ['Memory leak detected'],
        breaching: ['memory_usage'],
        metrics: { memory_usage: 93 },
      },
      approveBy,
    });
    expect(await claimRecoveries(sql, version, [wanted])).toEqual([wanted.id]);
    expect(await presentVersion(sql)).toBe(String(Number(version) + 1));
    expect(await findRecovery(sql, wanted.id)).toMatchObject({
      id: wanted.id,
      component: component.name,
      incidentId,
      target: { type: 'render', service_id: 'srv-1', credential: 'RENDER_API_KEY' },
      step: 1,
      action: { name: 'clean_memory', only_if_leaking: true },
      executor: 'agent',
      state: 'awaiting_approval',
      why: 'memory grows',
      requestedBy: 'ann',
      verdicts: [{ guard: 'mode', outcome: 'ask', why: 'a person decides', until: null }],
      premise: wanted.premise,
      approveBy,
      token: 1,
      attempts: 0,
      startedAt: null,
      endedAt: null,
    });
  });

  it('lets one of ten that decided on the same facts win, each about its own component', async () => {
    const components = await Promise.all(Array.from({ length: 10 }, () => addComponent(sql)));
    const version = await presentVersion(sql);
    const claims = await race(
      database,
      CONTROL,
      components.map(
        ({ id }) =>
          () =>
            claimRecoveries(sql, version, [newRecovery(id)]),
      ),
    );
    expect(claims.filter((ids) => ids !== null)).toHaveLength(1);
    expect(await presentVersion(sql)).toBe(String(Number(version) + 1));
    const counts = await Promise.all(components.map(({ id }) => recoveriesOf(id)));
    expect(counts.toSorted()).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
  });

  it('takes nothing on facts that have changed, and raises nothing', async () => {
    const { id } = await addComponent(sql);
    const version = await presentVersion(sql);
    const stale = String(Number(version) - 1);
    expect(await claimRecoveries(sql, stale, [newRecovery(id)])).toBeNull();
    expect(await presentVersion(sql)).toBe(version);
    expect(await recoveriesOf(id)).toBe(0);
  });

  it('takes nothing without a control row', async () => {
    const { id } = await addComponent(sql);
    const version = await presentVersion(sql);
    await sql.transaction([
      sql`create table kept as select * from control`,
      sql`delete from control`,
    ]);
    const claimed = await claimRecoveries(sql, version, [newRecovery(id)]);
    await sql.transaction([sql`insert into control select * from kept`, sql`drop table kept`]);
    expect(claimed).toBeNull();
    expect(await recoveriesOf(id)).toBe(0);
  });

  it('takes one of two on the same component, whatever the version says', async () => {
    const { id } = await addComponent(sql);
    const both = [newRecovery(id), newRecovery(id)];
    expect(await claimRecoveries(sql, await presentVersion(sql), both)).toHaveLength(1);
    expect(await claimRecoveries(sql, await presentVersion(sql), [newRecovery(id)])).toEqual([]);
    expect(await recoveriesOf(id)).toBe(1);
  });

  it('numbers the attempts at one step of an incident', async () => {
    const { id } = await addComponent(sql);
    const incidentId = await addIncident(sql, id);
    const first = await recoveryIn(sql, 'failed', { componentId: id, incidentId });
    const second = await recoveryIn(sql, 'failed', { componentId: id, incidentId });
    const next = await recoveryIn(sql, 'planned', { componentId: id, incidentId, step: 1 });
    const rows = await sql`
      select id::text, attempt
      from recoveries
      where component_id = ${id}::int
      order by created_at`;
    expect(rows).toEqual([
      { id: first.id, attempt: 1 },
      { id: second.id, attempt: 2 },
      { id: next.id, attempt: 1 },
    ]);
  });

  it('takes nothing for an incident that has closed, but an undo', async () => {
    const { id } = await addComponent(sql);
    const incidentId = await addIncident(sql, id);
    const done = await recoveryIn(sql, 'failed', { componentId: id, incidentId });
    await closeIncidents(sql, [{ id: incidentId, why: 'well again' }]);
    const late = newRecovery(id, { incidentId, step: 1 });
    expect(await claimRecoveries(sql, await presentVersion(sql), [late])).toEqual([]);
    const undo = newRecovery(id, { incidentId, step: 2, origin: 'undo', undoes: done.id });
    expect(await claimRecoveries(sql, await presentVersion(sql), [undo])).toEqual([undo.id]);
  });

  it('undoes a recovery once', async () => {
    const { id } = await addComponent(sql);
    const done = await recoveryIn(sql, 'failed', { componentId: id });
    const undo = { componentId: id, origin: 'undo', undoes: done.id } as const;
    await recoveryIn(sql, 'succeeded', undo);
    const again = newRecovery(id, undo);
    expect(await claimRecoveries(sql, await presentVersion(sql), [again])).toEqual([]);
  });
});

describe('claimAndTell', () => {
  const tell = (what: string) => sql`insert into audit (who, what) values ('claim', ${what}::text)`;
  const told = async (what: string): Promise<number> =>
    (await sql`select 1 from audit where what = ${what}::text`).length;

  it('claims and tells once for ten that decided on the same facts', async () => {
    const { id, name } = await addComponent(sql);
    const version = await presentVersion(sql);
    const claimed = await race(
      database,
      CONTROL,
      times(10, () => claimAndTell(sql, version, [newRecovery(id)], [tell(name)])),
    );
    expect(claimed.filter((one) => one)).toHaveLength(1);
    expect(await recoveriesOf(id)).toBe(1);
    expect(await told(name)).toBe(1);
  });

  it('claims all or none: of two on one component nothing is taken, raised or told', async () => {
    const [one, other] = [await addComponent(sql), await addComponent(sql)];
    const wanted = [newRecovery(other.id), newRecovery(one.id), newRecovery(one.id)];
    const version = await presentVersion(sql);
    expect(await claimAndTell(sql, version, wanted, [tell(one.name)])).toBe(false);
    expect(await recoveriesOf(other.id)).toBe(0);
    expect(await told(one.name)).toBe(0);
    expect(await presentVersion(sql)).toBe(version);
  });

  it('claims nothing when the telling fails', async () => {
    const { id } = await addComponent(sql);
    const broken = claimAndTell(
      sql,
      await presentVersion(sql),
      [newRecovery(id)],
      [sql`select 1 / 0`],
    );
    await expect(broken).rejects.toThrow();
    expect(await recoveriesOf(id)).toBe(0);
  });
});

describe('claimExecution', () => {
  it('begins nothing while everything is paused, but takes over what was begun', async () => {
    const { id } = await recoveryIn(sql, 'planned');
    await sql`update control set paused = true`;
    const whilePaused = await claimExecution(sql, id, 0);
    await sql`update control set paused = false`;
    const first = await claimExecution(sql, id, 0);
    await sql`update control set paused = true`;
    const second = await claimExecution(sql, id, 0);
    await sql`update control set paused = false`;
    expect(whilePaused).toBeNull();
    expect(first).toMatchObject({ first: true });
    expect(second).toMatchObject({ first: false, attempts: 2 });
  });

  it('leads from planned to executing, once for ten executors', async () => {
    const { id } = await recoveryIn(sql, 'planned');
    const claims = await race(
      database,
      rowOf(id),
      times(10, () => claimExecution(sql, id, 60)),
    );
    const got = claims.filter((claim) => claim !== null);
    expect(got).toEqual([{ token: 2, attempts: 1, first: true, startedAt: expect.any(Date) }]);
    const recovery = await findRecovery(sql, id);
    expect(recovery).toMatchObject({ state: 'executing', token: 2, attempts: 1 });
    const { claimedUntil, startedAt } = recovery ?? {};
    expect((claimedUntil?.getTime() ?? 0) - (startedAt?.getTime() ?? 0)).toBe(60_000);
  });

  it('hands an expired claim to one of ten, with a higher token and the first start', async () => {
    const { id } = await recoveryIn(sql, 'planned');
    const first = await claimExecution(sql, id, 0);
    const claims = await race(
      database,
      rowOf(id),
      times(10, () => claimExecution(sql, id, 60)),
    );
    const got = claims.filter((claim) => claim !== null);
    expect(got).toEqual([{ token: 3, attempts: 2, first: false, startedAt: first?.startedAt }]);
  });

  it.each([
    'awaiting_approval',
    'executing',
    'verifying',
    'succeeded',
    'failed',
    'undone',
    'skipped',
    'expired',
  ] as const)('answers null for one that is %s, and changes nothing', async (state) => {
    const { id } = await recoveryIn(sql, state);
    const before = await findRecovery(sql, id);
    expect(await claimExecution(sql, id, 60)).toBeNull();
    expect(await findRecovery(sql, id)).toEqual(before);
  });

  it('answers null for one that there is not', async () => {
    expect(await claimExecution(sql, crypto.randomUUID(), 60)).toBeNull();
  });
});

describe('approveRecovery', () => {
  it('leads from awaiting approval to planned, once for ten who say yes', async () => {
    const { id } = await recoveryIn(sql, 'awaiting_approval');
    await sql`update recoveries set published_at = now() where id = ${id}::uuid`;
    const yes = await race(
      database,
      rowOf(id),
      times(10, (i) => approveRecovery(sql, id, `person-${i}`)),
    );
    const winner = yes.findIndex((rows) => rows.length === 1);
    expect(yes.filter((rows) => rows.length === 1)).toEqual([[{ id, token: '2' }]]);
    expect(await findRecovery(sql, id)).toMatchObject({
      state: 'planned',
      token: 2,
      approvedBy: `person-${winner}`,
    });
    const [row] = await sql`select published_at from recoveries where id = ${id}::uuid`;
    expect(row).toEqual({ published_at: null });
  });

  it('does nothing once its time is up', async () => {
    const { id } = await recoveryIn(sql, 'awaiting_approval', { approveBy: new Date() });
    expect(await approveRecovery(sql, id, 'ann')).toEqual([]);
    expect(await stateOf(sql, id)).toBe('awaiting_approval');
  });

  it.each(['planned', 'executing', 'verifying', 'failed', 'skipped', 'expired'] as const)(
    'does nothing to one that is %s',
    async (state) => {
      const { id } = await recoveryIn(sql, state);
      const before = await findRecovery(sql, id);
      expect(await approveRecovery(sql, id, 'ann')).toEqual([]);
      expect(await findRecovery(sql, id)).toEqual(before);
    },
  );

  it('and a rejection at once leave one of the two answers, and nothing told of the other', async () => {
    const { id, token } = await recoveryIn(sql, 'awaiting_approval');
    const say = (what: string) =>
      sql`insert into audit (who, what) values (${id}::text, ${what}::text)`;
    const held = { id, token: token + 1 };
    const end = { from: ['awaiting_approval'], to: 'skipped', error: 'no' } as const;
    const said = await race(database, rowOf(id), [
      ...times(5, () =>
        sql
          .transaction([
            approveRecovery(sql, id, 'ann'),
            holdRecovery(sql, held, 'planned'),
            say('planned'),
          ])
          .catch(() => null),
      ),
      ...times(5, () =>
        sql
          .transaction([
            endRecovery(sql, { id, token }, end),
            holdRecovery(sql, held, 'skipped'),
            say('skipped'),
          ])
          .catch(() => null),
      ),
    ]);
    const state = await stateOf(sql, id);
    expect(['planned', 'skipped']).toContain(state);
    expect(said.some((one) => one !== null)).toBe(true);
    expect(await tokenOf(sql, id)).toBe(token + 1);
    const told = await sql`select distinct what from audit where who = ${id}::text`;
    expect(told).toEqual([{ what: state }]);
  });
});

describe('a recovery', () => {
  it('is claimed anew once the one before it has ended', async () => {
    const { id } = await addComponent(sql);
    await recoveryIn(sql, 'skipped', { componentId: id });
    await addRecovery(sql, newRecovery(id));
    expect(await recoveriesOf(id)).toBe(2);
  });
});
