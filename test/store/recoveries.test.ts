import { beforeAll, describe, expect, it } from 'vitest';
import { findRecovery, readRecoveries, selectRecoveries } from '../../lib/store/recoveries.js';
import { addComponent, addIncident, PREMISE, recoveryIn, storeDatabase } from './fixtures.js';

const { sql } = await storeDatabase();

let component: { id: number; name: string };
let incidents: string[];
let ids: { first: string; second: string; undo: string; other: string };

beforeAll(async () => {
  component = await addComponent(sql);
  const other = await addComponent(sql);
  incidents = [await addIncident(sql, component.id), await addIncident(sql, other.id)];
  const of = { componentId: component.id, incidentId: incidents[0] ?? null };
  const first = await recoveryIn(sql, 'failed', of);
  const second = await recoveryIn(sql, 'failed', { ...of, step: 1 });
  const undone = { componentId: component.id, origin: 'undo', undoes: second.id } as const;
  const undo = await recoveryIn(sql, 'succeeded', undone);
  const last = await recoveryIn(sql, 'planned', {
    componentId: other.id,
    incidentId: incidents[1] ?? null,
  });
  ids = { first: first.id, second: second.id, undo: undo.id, other: last.id };
});

async function select(filter: Parameters<typeof selectRecoveries>[1]): Promise<string[]> {
  return readRecoveries(await selectRecoveries(sql, filter)).map(({ id }) => id);
}

describe('selectRecoveries', () => {
  it('answers the newest first, and at most as many as are asked for', async () => {
    expect(await select({ limit: 10 })).toEqual([ids.other, ids.undo, ids.second, ids.first]);
    expect(await select({ limit: 2 })).toEqual([ids.other, ids.undo]);
  });

  it('answers one by its id', async () => {
    expect(await select({ id: ids.first, limit: 10 })).toEqual([ids.first]);
  });

  it('answers those of some incidents', async () => {
    const [one = '', two = ''] = incidents;
    expect(await select({ incidentIds: [one], limit: 10 })).toEqual([ids.second, ids.first]);
    expect(await select({ incidentIds: [one, two], limit: 10 })).toHaveLength(3);
    expect(await select({ incidentIds: [], limit: 10 })).toEqual([]);
  });

  it('answers what undoes another', async () => {
    expect(await select({ undoes: ids.second, limit: 10 })).toEqual([ids.undo]);
    expect(await select({ undoes: ids.first, limit: 10 })).toEqual([]);
  });
});

describe('findRecovery', () => {
  it('reads a row as it stands, without what has not happened', async () => {
    expect(await findRecovery(sql, ids.other)).toMatchObject({
      id: ids.other,
      incidentId: incidents[1],
      step: 0,
      action: { name: 'restart' },
      executor: 'render',
      origin: 'automatic',
      state: 'planned',
      why: 'a test',
      requestedBy: null,
      verdicts: [],
      premise: PREMISE,
      token: 1,
      attempts: 0,
      createdAt: expect.any(Date),
      claimedUntil: null,
      startedAt: null,
      actedAt: null,
      verifyAt: null,
      approveBy: null,
      approvedBy: null,
      endedAt: null,
      before: null,
      after: null,
      inverse: null,
      undoes: null,
      result: null,
      error: null,
      proof: null,
    });
  });

  it('reads what an ended one went through', async () => {
    const found = await findRecovery(sql, ids.undo);
    expect(found).toMatchObject({
      component: component.name,
      componentId: component.id,
      state: 'succeeded',
      undoes: ids.second,
      token: 3,
      attempts: 1,
      startedAt: expect.any(Date),
      actedAt: expect.any(Date),
      endedAt: expect.any(Date),
      result: { success: true },
    });
  });

  it('answers null for an id that there is not', async () => {
    expect(await findRecovery(sql, crypto.randomUUID())).toBeNull();
  });

  it('refuses a row that holds no action of ours', async () => {
    const { id } = await recoveryIn(sql, 'planned');
    await sql`update recoveries set action = '{"name":"format_disk"}' where id = ${id}::uuid`;
    await expect(findRecovery(sql, id)).rejects.toThrow();
  });
});
