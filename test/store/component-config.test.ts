import { describe, expect, it } from 'vitest';
import { putComponent, removeComponent, takenRef } from '../../lib/store/component-config.js';
import { findComponent, resolveRef } from '../../lib/store/components.js';
import { readIncidents, selectIncidents } from '../../lib/store/incidents.js';
import { claimRecoveries } from '../../lib/store/recovery-claims.js';
import { config } from './config.js';
import {
  addComponent,
  addIncident,
  newRecovery,
  presentVersion,
  recoveryIn,
  stateOf,
  storeDatabase,
} from './fixtures.js';
import { race, times } from './race.js';

const { sql, database } = await storeDatabase();

const FULL = config({
  platform: { type: 'render', service_id: 'srv-1', credential: 'RENDER_API_KEY' },
  database: {
    type: 'neon',
    project_id: 'shop-project-1',
    endpoint_id: 'ep-shop-1',
    connection: 'SHOP_DATABASE_URL',
    database: null,
    role: null,
    credential: 'NEON_API_KEY',
  },
  mode: 'auto',
  modes: { rollback: 'approve' },
  limits: { cpu_usage: { warn: 80, fail: 95 } },
  scale: { min: 1, max: 4 },
  depends_on: ['base', 'queue'],
  group: 'web',
  health_url: 'https://shop.example/health',
  refs: [
    { source: 'alerts', id: 'a' },
    { source: 'vercel', id: 'b' },
  ],
  labels: { team: 'till' },
});

const raised = (version: string): string => String(Number(version) + 1);

describe('putComponent', () => {
  it('registers with all that is configured, and raises the decision version', async () => {
    const version = await presentVersion(sql);
    await putComponent(sql, 'full', FULL);
    expect(await findComponent(sql, 'full')).toMatchObject(FULL);
    expect(await presentVersion(sql)).toBe(raised(version));
  });

  it('replaces the whole configuration, and keeps the id', async () => {
    const { id, name } = await addComponent(sql);
    const other = (refs: { source: string; id: string }[]) => config({ refs });
    await putComponent(sql, name, {
      ...FULL,
      refs: [
        { source: 'x', id: '1' },
        { source: 'x', id: '2' },
      ],
    });
    await putComponent(
      sql,
      name,
      other([
        { source: 'x', id: '2' },
        { source: 'x', id: '3' },
      ]),
    );
    expect(await findComponent(sql, name)).toMatchObject({
      ...other([
        { source: 'x', id: '2' },
        { source: 'x', id: '3' },
      ]),
      id,
    });
    expect(await resolveRef(sql, 'x', ['1'])).toBeNull();
  });

  it('takes no reference away from another component, and leaves its own', async () => {
    const refs = [{ source: 'y', id: '1' }];
    await putComponent(sql, 'first', config({ refs }));
    const rows = await putComponent(sql, 'second', config({ refs }));
    expect(rows).toEqual([]);
    expect((await resolveRef(sql, 'y', ['1']))?.name).toBe('first');
  });

  it('voids a claim that was decided on the old configuration', async () => {
    const { id, name } = await addComponent(sql);
    const version = await presentVersion(sql);
    await putComponent(sql, name, config({ mode: 'observe' }));
    expect(await claimRecoveries(sql, version, [newRecovery(id)])).toBeNull();
  });

  it('registers one for ten who put the same new name at once', async () => {
    const name = 'put.raced';
    await race(
      database,
      'select 1 from control where id = 1 for update',
      times(10, (i) => putComponent(sql, name, config({ labels: { by: `${i}` } }))),
    );
    const rows = await sql`select 1 from components where name = ${name}::text`;
    expect(rows).toHaveLength(1);
  });

  it('brings a removed one back', async () => {
    const { id, name } = await addComponent(sql);
    await removeComponent(sql, name);
    await putComponent(sql, name, config());
    expect((await findComponent(sql, name))?.id).toBe(id);
  });
});

describe('removeComponent', () => {
  it('ends what goes on about it, takes its configuration, and keeps its history', async () => {
    await putComponent(sql, 'leaving', { ...FULL, refs: [{ source: 'z', id: '1' }] });
    const id = (await findComponent(sql, 'leaving'))?.id ?? 0;
    const incidentId = await addIncident(sql, id);
    const done = await recoveryIn(sql, 'failed', { componentId: id, incidentId });
    const planned = await recoveryIn(sql, 'planned', { componentId: id, incidentId });
    await sql`
      insert into component_state (component_id, memory, assessment, evidence, premise, assessed_at)
      values (${id}::int, '{}', '{}', '{}', '{}', now())`;
    const version = await presentVersion(sql);
    expect(await removeComponent(sql, 'leaving')).toBe(true);
    expect(await presentVersion(sql)).toBe(raised(version));
    expect(await findComponent(sql, 'leaving')).toBeNull();
    expect(await resolveRef(sql, 'z', ['1'])).toBeNull();
    const [incident] = readIncidents(await selectIncidents(sql, { id: incidentId, limit: 1 }));
    expect(incident).toMatchObject({ state: 'closed', closedWhy: 'the component was removed' });
    expect(await stateOf(sql, planned.id)).toBe('skipped');
    expect(await stateOf(sql, done.id)).toBe('failed');
    const told = await sql`
      select action_type, output_data, success, event_key
      from unified_brain
      where metadata ->> 'component' = 'leaving'`;
    expect(told).toEqual([
      {
        action_type: 'remediation_skipped',
        output_data: { skipped: true, why: 'the component was removed' },
        success: true,
        event_key: `skipped:${planned.id}`,
      },
    ]);
    const [left] = await sql`
      select platform, mode, health_url, (
        select count(*)::int from component_state where component_id = components.id) as states
      from components
      where id = ${id}::int`;
    expect(left).toEqual({
      platform: { type: 'none' },
      mode: 'observe',
      health_url: null,
      states: 0,
    });
  });

  it.each(['executing', 'verifying'] as const)(
    'lets a recovery that is %s go on to its end',
    async (state) => {
      const { id, name } = await addComponent(sql);
      const { id: recoveryId } = await recoveryIn(sql, state, { componentId: id });
      await removeComponent(sql, name);
      expect(await stateOf(sql, recoveryId)).toBe(state);
    },
  );

  it('removes once for ten', async () => {
    const { id, name } = await addComponent(sql);
    const removed = await race(
      database,
      `select 1 from components where id = ${id} for update`,
      times(10, () => removeComponent(sql, name)),
    );
    expect(removed.filter((one) => one)).toHaveLength(1);
  });

  it('answers false for one that there is not', async () => {
    expect(await removeComponent(sql, 'nobody')).toBe(false);
  });
});

describe('takenRef', () => {
  it('names the first that belongs to another component', async () => {
    await putComponent(sql, 'owner', config({ refs: [{ source: 'w', id: '1' }] }));
    const wanted = [
      { source: 'w', id: '9' },
      { source: 'w', id: '1' },
    ];
    expect(await takenRef(sql, 'other', wanted)).toBe('w:1');
    expect(await takenRef(sql, 'owner', wanted)).toBeNull();
    expect(await takenRef(sql, 'other', [{ source: 'v', id: '1' }])).toBeNull();
    expect(await takenRef(sql, 'other', [])).toBeNull();
  });
});
