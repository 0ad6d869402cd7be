import { describe, expect, it } from 'vitest';
import { readLoad, selectLoad } from '../../lib/store/load-history.js';
import { addComponent, storeDatabase } from './fixtures.js';

const { sql } = await storeDatabase();

const SPAN_MS = 300_000;
const UNTIL = new Date(Math.floor(Date.now() / SPAN_MS) * SPAN_MS);
const minutesBefore = (minutes: number) => new Date(UNTIL.getTime() - minutes * 60_000);

async function sample(id: number, minutes: number, extra: object, instance = 1): Promise<void> {
  await sql`
    insert into metric_samples (component_id, instance_id, at, extra)
    values (
      ${id}::int, ${instance}::int, ${minutesBefore(minutes).toISOString()}::timestamptz,
      ${JSON.stringify(extra)}::jsonb)`;
}

describe('selectLoad', () => {
  it('adds up what the copies told on average, by spans of five minutes', async () => {
    const { id } = await addComponent(sql);
    await sample(id, 9, { request_rate: 10 }, 1);
    await sample(id, 8, { request_rate: 20 }, 1);
    await sample(id, 8, { request_rate: 5 }, 2);
    await sample(id, 3, { request_rate: 7 }, 1);
    await sample(id, 2, { request_count: 900 }, 1);
    await sample(id, 2, { request_rate: null }, 2);
    await sample(id, 90, { request_rate: 1000 }, 1);
    await sample(id, 0, { request_rate: 1000 }, 1);
    await sample((await addComponent(sql)).id, 3, { request_rate: 1000 });
    const rows = await selectLoad(sql, { componentId: id, withinS: 3600, until: UNTIL });
    const found = [
      { at: minutesBefore(10), requestRate: 20 },
      { at: minutesBefore(5), requestRate: 7 },
    ];
    expect(readLoad(rows)).toEqual(found);
  });

  it('knows nothing where nobody told', async () => {
    const { id } = await addComponent(sql);
    await sample(id, 3, {});
    expect(await selectLoad(sql, { componentId: id, withinS: 3600, until: UNTIL })).toEqual([]);
    expect(await selectLoad(sql, { componentId: id, withinS: 3600, until: null })).toEqual([]);
  });
});
