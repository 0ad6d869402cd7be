import { beforeAll, describe, expect, it } from 'vitest';
import { closeIncidents } from '../../lib/store/incident-lifecycle.js';
import {
  readIncidents,
  type StoredIncident,
  selectIncidents,
  updateIncident,
} from '../../lib/store/incidents.js';
import { addComponent, addIncident, newIncident, PREMISE, storeDatabase } from './fixtures.js';

const { sql } = await storeDatabase();

let one: { id: number; name: string };
let two: { id: number; name: string };
let ids: { closed: string; open: string; other: string };

beforeAll(async () => {
  one = await addComponent(sql);
  two = await addComponent(sql);
  const closed = await addIncident(sql, one.id);
  await closeIncidents(sql, [{ id: closed, why: 'well again' }]);
  const open = await addIncident(sql, one.id, { kind: 'predicted', openedBy: 'prediction' });
  ids = { closed, open, other: await addIncident(sql, two.id) };
});

async function select(filter: Parameters<typeof selectIncidents>[1]): Promise<string[]> {
  return readIncidents(await selectIncidents(sql, filter)).map(({ id }) => id);
}

describe('selectIncidents', () => {
  it('answers the newest first, and at most as many as are asked for', async () => {
    expect(await select({ limit: 10 })).toEqual([ids.other, ids.open, ids.closed]);
    expect(await select({ limit: 1 })).toEqual([ids.other]);
  });

  it('answers by id, by component and by state', async () => {
    expect(await select({ id: ids.closed, limit: 10 })).toEqual([ids.closed]);
    expect(await select({ component: two.name, limit: 10 })).toEqual([ids.other]);
    expect(await select({ componentIds: [one.id], limit: 10 })).toEqual([ids.open, ids.closed]);
    expect(await select({ componentIds: [], limit: 10 })).toEqual([]);
    expect(await select({ state: 'open', limit: 10 })).toEqual([ids.other, ids.open]);
    expect(await select({ state: 'closed', limit: 10 })).toEqual([ids.closed]);
    expect(await select({ state: 'closed', component: two.name, limit: 10 })).toEqual([]);
  });

  it('answers the worst first, and of those the oldest', async () => {
    const open = async (severity: 'critical' | 'high' | 'medium', openedAt: string) => {
      const id = await addIncident(sql, (await addComponent(sql)).id, { severity });
      await sql`update incidents set opened_at = ${openedAt}::timestamptz where id = ${id}::uuid`;
      return id;
    };
    const medium = await open('medium', '2020-03-01T12:00:00Z');
    const late = await open('critical', '2020-03-03T12:00:00Z');
    const early = await open('critical', '2020-03-02T12:00:00Z');
    const all = await select({ state: 'open', worstFirst: true, limit: 10 });
    // Those of the other tests are high.
    expect(all).toEqual([early, late, ...all.slice(2, -1), medium]);
    expect(all).toHaveLength(5);
    expect(await select({ state: 'open', worstFirst: true, limit: 1 })).toEqual([early]);
    await sql`delete from incidents where id = any (${[medium, late, early]}::uuid[])`;
  });

  it('goes on from a cursor, also among those that opened at one instant', async () => {
    await sql`update incidents set opened_at = '2026-03-01T12:00:00Z'`;
    const at = new Date('2026-03-01T12:00:00Z');
    const seen: string[] = [];
    for (let before = null as { at: Date; id: string } | null; ; ) {
      const [id] = await select({ before, limit: 1 });
      if (id === undefined) break;
      seen.push(id);
      before = { at, id };
    }
    expect(seen).toEqual([ids.closed, ids.open, ids.other].toSorted().reverse());
  });
});

describe('readIncidents', () => {
  it('reads a row with its plan, its premise, and what has not happened as null', async () => {
    const { id, name } = await addComponent(sql);
    const predictedFailureAt = new Date('2026-03-01T13:00:00Z');
    const premise = {
      ...PREMISE,
      probability: 0.6,
      level: 'critical',
      reasons: ['Memory leak detected'],
      metrics: { memory_usage: 91 },
    } as const;
    const incident = newIncident(id, {
      kind: 'predicted',
      severity: 'critical',
      openedBy: 'prediction',
      premise,
      predictedFailureAt,
    });
    const incidentId = await addIncident(sql, id, incident);
    const [read] = readIncidents(await selectIncidents(sql, { id: incidentId, limit: 1 }));
    expect(read).toEqual({
      id: incidentId,
      componentId: id,
      component: name,
      kind: 'predicted',
      state: 'open',
      severity: 'critical',
      openedBy: 'prediction',
      plan: incident.plan,
      step: 0,
      needsPerson: false,
      refusal: null,
      premise,
      predictedFailureAt,
      openedAt: expect.any(Date),
      failedAt: null,
      closedAt: null,
      closedWhy: null,
      acknowledgedAt: null,
      acknowledgedBy: null,
      label: null,
    });
  });
});

async function find(id: string): Promise<StoredIncident | undefined> {
  return readIncidents(await selectIncidents(sql, { id, limit: 1 }))[0];
}

describe('updateIncident', () => {
  it('moves the plan on, never back', async () => {
    const id = await addIncident(sql, (await addComponent(sql)).id);
    await updateIncident(sql, { id, step: 2, needsPerson: true, refusal: null });
    await updateIncident(sql, { id, step: 1, needsPerson: false, refusal: null });
    expect(await find(id)).toMatchObject({ step: 2, needsPerson: true });
  });

  it('keeps what holds the next step back until nothing does', async () => {
    const id = await addIncident(sql, (await addComponent(sql)).id);
    const refusal = [
      { guard: 'cooldown', outcome: 'refuse', why: 'too soon', until: null },
    ] as const;
    await updateIncident(sql, { id, step: 0, needsPerson: false, refusal });
    expect((await find(id))?.refusal).toEqual(refusal);
    await updateIncident(sql, { id, step: 0, needsPerson: false, refusal: null });
    expect((await find(id))?.refusal).toBeNull();
  });

  it('leaves one that has closed', async () => {
    const id = await addIncident(sql, (await addComponent(sql)).id);
    await closeIncidents(sql, [{ id, why: 'well again' }]);
    await updateIncident(sql, { id, step: 1, needsPerson: true, refusal: null });
    expect(await find(id)).toMatchObject({ step: 0, needsPerson: false });
  });
});
