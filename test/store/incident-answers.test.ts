import { describe, expect, it } from 'vitest';
import { acknowledgeIncident, labelIncident } from '../../lib/store/incident-answers.js';
import { closeIncidents } from '../../lib/store/incident-lifecycle.js';
import { readIncidents, selectIncidents } from '../../lib/store/incidents.js';
import { addComponent, addIncident, storeDatabase } from './fixtures.js';
import { race, times } from './race.js';

const { sql, database } = await storeDatabase();

async function open(): Promise<string> {
  return addIncident(sql, (await addComponent(sql)).id);
}

async function find(id: string) {
  return readIncidents(await selectIncidents(sql, { id, limit: 1 }))[0];
}

describe('acknowledgeIncident', () => {
  it('keeps the first of ten who have seen it, and tells the others who that was', async () => {
    const id = await open();
    const seen = await race(
      database,
      `select 1 from incidents where id = '${id}' for update`,
      times(10, (i) => acknowledgeIncident(sql, id, `person-${i}`)),
    );
    const found = await find(id);
    expect(found?.acknowledgedBy).toMatch(/^person-\d$/);
    expect(seen.flat()).toEqual([{ id, by: found?.acknowledgedBy }]);
    await acknowledgeIncident(sql, id, 'late');
    expect(await find(id)).toEqual(found);
  });

  it('answers nothing for one that has closed, or that there is not', async () => {
    const id = await open();
    await closeIncidents(sql, [{ id, why: 'well again' }]);
    expect(await acknowledgeIncident(sql, id, 'ann')).toEqual([]);
    expect(await acknowledgeIncident(sql, crypto.randomUUID(), 'ann')).toEqual([]);
    expect((await find(id))?.acknowledgedAt).toBeNull();
  });
});

describe('labelIncident', () => {
  it('keeps the last word, also after the incident has closed', async () => {
    const id = await open();
    expect(await labelIncident(sql, id, 'real', 'ann')).toEqual([{ id }]);
    await closeIncidents(sql, [{ id, why: 'well again' }]);
    expect(await labelIncident(sql, id, 'false_alarm', 'bob')).toEqual([{ id }]);
    expect((await find(id))?.label).toBe('false_alarm');
    const [row] = await sql`select labelled_by as who from incidents where id = ${id}::uuid`;
    expect(row).toEqual({ who: 'bob' });
  });

  it('answers nothing for one that there is not', async () => {
    expect(await labelIncident(sql, crypto.randomUUID(), 'real', 'ann')).toEqual([]);
  });
});
