import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storeBatch } from '../../lib/flows/store-batch.js';
import { writeBrain } from '../../lib/store/brain.js';
import type { NamedSample } from '../../lib/store/samples.js';
import { startTestStack, type TestStack } from '../support/stack.js';

let stack: TestStack;

beforeAll(async () => {
  stack = await startTestStack();
});

afterAll(() => stack.close());

const now = Date.now();

const sample = (component: string, i: number, values: object = { cpu_usage: i }): NamedSample => ({
  component,
  sample: { instance: 'one', at: new Date(now - i * 1000), values: { ...values } },
});

const store = (samples: readonly NamedSample[], most = 10_000) =>
  storeBatch(stack.app, samples, most);

const rowsOf = (component: string) => stack.app.sql`
  select metric_samples.cpu_usage, metric_samples.memory_usage
  from metric_samples
  join components on components.id = metric_samples.component_id
  where components.name = ${component}::text
  order by metric_samples.at desc`;

describe('storeBatch', () => {
  it('counts what is new, and what was sent before in this batch or an earlier one', async () => {
    const first = await store([sample('counted', 1), sample('counted', 2), sample('counted', 2)]);
    expect(first).toMatchObject({ stored: 2, duplicates: 1 });
    const second = await store([sample('counted', 2), sample('counted', 3)]);
    expect(second).toMatchObject({ stored: 1, duplicates: 1 });
    expect(await rowsOf('counted')).toHaveLength(3);
  });

  it('fills in a value that was missing, and leaves one that is there', async () => {
    await store([sample('filled', 1, { cpu_usage: 10 })]);
    const { stored } = await store([sample('filled', 1, { cpu_usage: 99, memory_usage: 40 })]);
    expect(stored).toBe(1);
    expect(await rowsOf('filled')).toEqual([{ cpu_usage: 10, memory_usage: 40 }]);
  });

  it('loses nothing of ten that bring the same new names at once', async () => {
    const names = Array.from({ length: 5 }, (_, i) => `new-${i}`);
    const all = await Promise.all(
      Array.from({ length: 10 }, (_, i) => store(names.map((name) => sample(name, i)))),
    );
    expect(all.reduce((sum, { stored }) => sum + stored, 0)).toBe(50);
    for (const { unregistered } of all) expect(unregistered.size).toBe(0);
    const [row] = await stack.app.sql`
      select count(*)::int as rows from components where name like 'new-%'`;
    expect(row).toEqual({ rows: 5 });
  });

  it('merges ten that send the same samples at once, whatever order they are in', async () => {
    const samples = Array.from({ length: 50 }, (_, i) => sample(`same-${i % 5}`, i));
    const all = await Promise.all(
      Array.from({ length: 10 }, (_, i) => store(i % 2 === 0 ? samples : samples.toReversed())),
    );
    expect(all.reduce((sum, { stored }) => sum + stored, 0)).toBe(50);
  });

  it('makes the day of a sample on the spot', async () => {
    const days = await stack.app.sql`
      select inhrelid::regclass::text as day
      from pg_inherits
      where inhparent = 'metric_samples'::regclass`;
    for (const { day } of days) await stack.database.sql.query(`drop table ${String(day)}`);
    const all = await Promise.all(
      Array.from({ length: 5 }, (_, i) => store([sample('undated', i)])),
    );
    expect(all.reduce((sum, { stored }) => sum + stored, 0)).toBe(5);
    expect(await rowsOf('undated')).toHaveLength(5);
  });

  it('registers no more components than it may, and keeps the known ones’ samples', async () => {
    const [{ count } = { count: 0 }] = await stack.app.sql`
      select count(*)::int as count from components`;
    await store([sample('counted', 10)]);
    const batch = await store([sample('counted', 11), sample('too-many', 1)], Number(count));
    expect(batch).toMatchObject({ stored: 1, duplicates: 0 });
    expect([...batch.unregistered]).toEqual(['too-many']);
    expect(await rowsOf('too-many')).toEqual([]);
  });

  it('writes what goes along with the samples, or neither', async () => {
    const row = {
      agent: 'enhanced_self_healing',
      actionType: 'a_test',
      component: '(all)',
      input: {},
      output: {},
      success: true,
      eventKey: 'along',
    } as const;
    await storeBatch(stack.app, [sample('along', 1)], 10_000, [writeBrain(stack.app.sql, [row])]);
    const broken = stack.app.sql`select 1 / 0`;
    await expect(storeBatch(stack.app, [sample('broken', 1)], 10_000, [broken])).rejects.toThrow();
    expect(await rowsOf('along')).toHaveLength(1);
    expect(await rowsOf('broken')).toEqual([]);
  });
});
