import { describe, expect, it } from 'vitest';
import type { Plan } from '../../lib/domain/decide/incident.js';
import {
  closeIncidents,
  escalateIncidents,
  type NewIncident,
  openIncidents,
  replanIncidents,
} from '../../lib/store/incident-lifecycle.js';
import {
  readIncidents,
  type StoredIncident,
  selectIncidents,
  updateIncident,
} from '../../lib/store/incidents.js';
import { findRecovery } from '../../lib/store/recoveries.js';
import { claimExecution } from '../../lib/store/recovery-claims.js';
import { addComponent, addIncident, newIncident, recoveryIn, storeDatabase } from './fixtures.js';
import { race, times } from './race.js';

const { sql, database } = await storeDatabase();

const NO_INSERTS = 'lock table incidents in share mode';
const rowOf = (id: string): string => `select 1 from incidents where id = '${id}' for update`;

async function find(id: string): Promise<StoredIncident | undefined> {
  return readIncidents(await selectIncidents(sql, { id, limit: 1 }))[0];
}

describe('openIncidents', () => {
  it('opens those of several components, and answers their ids', async () => {
    const wanted = [
      newIncident((await addComponent(sql)).id),
      newIncident((await addComponent(sql)).id, { kind: 'predicted', openedBy: 'prediction' }),
    ];
    const rows = await openIncidents(sql, wanted);
    expect(rows.map(({ id }) => id).toSorted()).toEqual(wanted.map(({ id }) => id).toSorted());
    expect((await find(wanted[0]?.id ?? ''))?.failedAt).toEqual(expect.any(Date));
    expect((await find(wanted[1]?.id ?? ''))?.failedAt).toBeNull();
  });

  it('opens one for ten sweeps that see the same component fail', async () => {
    const { id } = await addComponent(sql);
    const opened = await race(
      database,
      NO_INSERTS,
      times(10, () => openIncidents(sql, [newIncident(id)])),
    );
    expect(opened.flat()).toHaveLength(1);
    const open = await selectIncidents(sql, { componentIds: [id], limit: 10 });
    expect(open.map((row) => ({ id: row['id'] }))).toEqual(opened.flat());
  });

  it('leaves the one that is open, and opens anew once it has closed', async () => {
    const { id } = await addComponent(sql);
    const first = await addIncident(sql, id, { severity: 'medium' });
    expect(await openIncidents(sql, [newIncident(id, { severity: 'critical' })])).toEqual([]);
    expect(await find(first)).toMatchObject({ severity: 'medium' });
    await closeIncidents(sql, [{ id: first, why: 'well again' }]);
    expect(await openIncidents(sql, [newIncident(id)])).toHaveLength(1);
  });

  it('opens none of a component that is removed meanwhile', async () => {
    const [gone, stays] = [await addComponent(sql), await addComponent(sql)];
    const wanted = [newIncident(gone.id), newIncident(stays.id)];
    const [opened] = await race(
      database,
      `update components set removed_at = now() where id = ${gone.id}`,
      times(1, () => openIncidents(sql, wanted)),
    );
    expect(opened).toEqual([{ id: wanted[1]?.id }]);
  });

  it('opens nothing when it is given nothing', async () => {
    expect(await openIncidents(sql, [])).toEqual([]);
  });
});

describe('escalateIncidents', () => {
  it('makes a predicted one real, and keeps when it first failed', async () => {
    const { id: componentId } = await addComponent(sql);
    const id = await addIncident(sql, componentId, { kind: 'predicted', severity: 'medium' });
    await escalateIncidents(sql, [{ id, kind: 'failing', severity: 'high' }]);
    const failing = await find(id);
    expect(failing).toMatchObject({ kind: 'failing', severity: 'high' });
    await escalateIncidents(sql, [{ id, kind: 'failing', severity: 'critical' }]);
    expect(await find(id)).toMatchObject({ severity: 'critical', failedAt: failing?.failedAt });
  });

  it('leaves one that has closed', async () => {
    const id = await addIncident(sql, (await addComponent(sql)).id, { severity: 'medium' });
    await closeIncidents(sql, [{ id, why: 'well again' }]);
    await escalateIncidents(sql, [{ id, kind: 'failing', severity: 'critical' }]);
    expect(await find(id)).toMatchObject({ severity: 'medium' });
  });
});

describe('replanIncidents', () => {
  const NOTHING_KNOWN: Plan = { situation: 'unknown', cause: 'no known pattern', steps: [] };
  const found: Plan = { ...newIncident(1).plan, anew: true };

  async function unexplained(changes: Partial<NewIncident> = {}): Promise<string> {
    const { id } = await addComponent(sql);
    return addIncident(sql, id, { plan: NOTHING_KNOWN, ...changes });
  }

  it('gives the plan for a cause that was unknown, from its first step on', async () => {
    const id = await unexplained();
    await updateIncident(sql, { id, step: 1, needsPerson: true, refusal: [], anew: false });
    await replanIncidents(sql, [{ id, plan: found }]);
    expect(await find(id)).toMatchObject({
      plan: found,
      step: 0,
      refusal: null,
      needsPerson: true,
    });
    const [row] = await sql`select situation, cause from incidents where id = ${id}::uuid`;
    expect(row).toEqual({ situation: found.situation, cause: found.cause });
    // A second sweep that has found the same, or what was decided on the plan before, comes too late.
    await updateIncident(sql, { id, step: 1, needsPerson: true, refusal: null, anew: true });
    await replanIncidents(sql, [{ id, plan: found }]);
    await updateIncident(sql, { id, step: 2, needsPerson: true, refusal: null, anew: false });
    expect(await find(id)).toMatchObject({ step: 1 });
  });

  it.each([
    [
      'has closed',
      (id: string) => closeIncidents(sql, [{ id, why: 'well again' }]).then(() => undefined),
    ],
    [
      'a person has taken up',
      async (id: string) => {
        await sql`
          update incidents set acknowledged_at = now(), acknowledged_by = 'ann'
          where id = ${id}::uuid`;
      },
    ],
    [
      'something is in flight for',
      async (id: string) => {
        const componentId = (await find(id))?.componentId ?? 0;
        await recoveryIn(sql, 'executing', { componentId, incidentId: id });
      },
    ],
  ])('leaves one that %s', async (_, happens) => {
    const id = await unexplained();
    await happens(id);
    await replanIncidents(sql, [{ id, plan: found }]);
    expect(await find(id)).toMatchObject({ plan: NOTHING_KNOWN });
  });

  it('leaves one whose cause is known', async () => {
    const id = await addIncident(sql, (await addComponent(sql)).id);
    await replanIncidents(sql, [{ id, plan: { ...found, cause: 'another' } }]);
    expect(await find(id)).toMatchObject({ plan: newIncident(1).plan });
  });
});

describe('closeIncidents', () => {
  it('closes once for ten sweeps, and keeps the first reason', async () => {
    const id = await addIncident(sql, (await addComponent(sql)).id);
    const closed = await race(
      database,
      rowOf(id),
      times(10, (i) => closeIncidents(sql, [{ id, why: `reason ${i}` }])),
    );
    expect(closed.flat()).toEqual([{ id }]);
    const winner = closed.findIndex((rows) => rows.length === 1);
    expect(await find(id)).toMatchObject({
      state: 'closed',
      closedAt: expect.any(Date),
      closedWhy: `reason ${winner}`,
      refusal: null,
    });
  });

  it.each([
    { state: 'planned', after: 'skipped', raised: 1 },
    { state: 'awaiting_approval', after: 'skipped', raised: 1 },
    { state: 'executing', after: 'executing', raised: 0 },
    { state: 'verifying', after: 'verifying', raised: 0 },
    { state: 'failed', after: 'failed', raised: 0 },
  ] as const)('leaves a recovery that is $state $after', async ({ state, after, raised }) => {
    const { id: componentId } = await addComponent(sql);
    const incidentId = await addIncident(sql, componentId);
    const { id, token } = await recoveryIn(sql, state, { componentId, incidentId });
    await closeIncidents(sql, [{ id: incidentId, why: 'well again' }]);
    expect(await findRecovery(sql, id)).toMatchObject({ state: after, token: token + raised });
  });

  it('and an executor at once leave a recovery skipped or executing, never both', async () => {
    const { id: componentId } = await addComponent(sql);
    const incidentId = await addIncident(sql, componentId);
    const { id } = await recoveryIn(sql, 'planned', { componentId, incidentId });
    const [, claim] = await race<unknown>(
      database,
      `select 1 from recoveries where id = '${id}' for update`,
      [
        () => closeIncidents(sql, [{ id: incidentId, why: 'well again' }]),
        () => claimExecution(sql, id, 60),
      ],
    );
    const state = (await findRecovery(sql, id))?.state;
    expect(state).toBe(claim === null ? 'skipped' : 'executing');
    expect((await find(incidentId))?.state).toBe('closed');
  });
});
