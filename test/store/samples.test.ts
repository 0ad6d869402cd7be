import { beforeAll, describe, expect, it } from 'vitest';
import { removeComponent } from '../../lib/store/component-config.js';
import { type NamedSample, readStored, storeSamples } from '../../lib/store/samples.js';
import { sqlState } from '../../lib/store/sql.js';
import { storeDatabase } from './fixtures.js';
import { race, times } from './race.js';

const { sql, database } = await storeDatabase();

const MANY = 10_000;
let base: number;

beforeAll(() => {
  base = Math.floor(Date.now() / 60_000) * 60_000 - 3_600_000;
});

/** A sample so many seconds after the beginning. */
function sample(
  component: string,
  second: number,
  values: Readonly<Record<string, number>>,
  instance = '',
): NamedSample {
  return { component, sample: { at: new Date(base + second * 1000), instance, values } };
}

async function store(samples: readonly NamedSample[], maxComponents = MANY) {
  return readStored(await storeSamples(sql, samples, maxComponents));
}

async function rowsOf(component: string) {
  return sql`
    select
      coalesce(instances.name, '') as instance, metric_samples.cpu_usage, metric_samples.memory_usage,
      metric_samples.error_rate, metric_samples.latency_ms, metric_samples.extra
    from metric_samples
    join components on components.id = metric_samples.component_id
    left join instances on instances.id = metric_samples.instance_id
    where components.name = ${component}::text
    order by metric_samples.at, instance`;
}

const row = (values: Readonly<Record<string, unknown>>) => ({
  instance: '',
  cpu_usage: null,
  memory_usage: null,
  error_rate: null,
  latency_ms: null,
  extra: null,
  ...values,
});

describe('storeSamples', () => {
  it('registers what is new in observe mode, and stores every metric', async () => {
    const answer = await store([
      sample('new.a', 0, { cpu_usage: 50, queue_depth: 7 }),
      sample('new.b', 0, { memory_usage: 60, error_rate: 0.25, latency_ms: 120 }),
    ]);
    expect(answer).toEqual({
      stored: 2,
      unresolved: [],
      registered: expect.arrayContaining(['new.a', 'new.b']),
    });
    expect(await rowsOf('new.a')).toEqual([row({ cpu_usage: 50, extra: { queue_depth: 7 } })]);
    expect(await rowsOf('new.b')).toEqual([
      row({ memory_usage: 60, error_rate: 0.25, latency_ms: 120 }),
    ]);
    const [{ mode } = {}] = await sql`select mode from components where name = 'new.a'`;
    expect(mode).toBe('observe');
  });

  it('stores nothing of a repeat', async () => {
    const batch = [sample('repeat', 0, { cpu_usage: 50, x: 1 }), sample('repeat', 1, { y: 2 })];
    expect(await store(batch)).toMatchObject({ stored: 2, registered: ['repeat'] });
    expect(await store(batch)).toEqual({ stored: 0, unresolved: [], registered: [] });
  });

  it('keeps a value that is there, and fills in one that was missing', async () => {
    await store([sample('filled', 0, { cpu_usage: 50, x: 1 })]);
    expect(await store([sample('filled', 0, { cpu_usage: 99, x: 9 })])).toMatchObject({
      stored: 0,
    });
    const more = { cpu_usage: 99, memory_usage: 60, x: 9, y: 2 };
    expect(await store([sample('filled', 0, more)])).toMatchObject({ stored: 1 });
    expect(await rowsOf('filled')).toEqual([
      row({ cpu_usage: 50, memory_usage: 60, extra: { x: 1, y: 2 } }),
    ]);
  });

  it('fills in further metrics where there were none', async () => {
    await store([sample('bare', 0, { cpu_usage: 1 })]);
    expect(await store([sample('bare', 0, { x: 1 })])).toMatchObject({ stored: 1 });
    expect(await store([sample('bare', 0, { cpu_usage: 1 })])).toMatchObject({ stored: 0 });
    expect(await rowsOf('bare')).toEqual([row({ cpu_usage: 1, extra: { x: 1 } })]);
  });

  it('keeps instances apart, and a sender that names none', async () => {
    const batch = [
      sample('copies', 0, { cpu_usage: 1 }),
      sample('copies', 0, { cpu_usage: 2 }, 'a'),
      sample('copies', 0, { cpu_usage: 3 }, 'b'),
    ];
    expect(await store(batch)).toMatchObject({ stored: 3 });
    expect(await store(batch)).toMatchObject({ stored: 0 });
    const found = await rowsOf('copies');
    expect(found.map(({ instance, cpu_usage }) => [instance, cpu_usage])).toEqual([
      ['', 1],
      ['a', 2],
      ['b', 3],
    ]);
  });

  it('registers up to the cap, and names those that found no place', async () => {
    const [{ n } = {}] = await sql`
      select count(*)::int as n from components where removed_at is null`;
    const batch = [sample('cap.b', 0, { x: 1 }), sample('cap.a', 0, { x: 1 })];
    expect(await store(batch, Number(n) + 1)).toEqual({
      stored: 1,
      unresolved: ['cap.b'],
      registered: ['cap.a'],
    });
    expect(await store(batch, 0)).toEqual({ stored: 0, unresolved: ['cap.b'], registered: [] });
  });

  it('brings a removed component back, with its history', async () => {
    await store([sample('back', 0, { x: 1 })]);
    await removeComponent(sql, 'back');
    expect(await store([sample('back', 1, { x: 2 })])).toMatchObject({
      stored: 1,
      registered: ['back'],
    });
    expect(await rowsOf('back')).toHaveLength(2);
  });

  it('loses nothing when ten senders bring the same new names and instances at once', async () => {
    const batch = (i: number): NamedSample[] => [
      sample('raced.a', i, { x: i }, 'copy'),
      sample('raced.b', i, { x: i }),
    ];
    const first = await race(
      database,
      'lock table components in share mode',
      times(10, (i) => storeSamples(sql, batch(i), MANY)),
    );
    for (const [i, rows] of first.entries()) {
      const { unresolved } = readStored(rows);
      const left = batch(i).filter(({ component }) => unresolved.includes(component));
      expect(readStored(await storeSamples(sql, left, MANY)).unresolved).toEqual([]);
    }
    expect(await rowsOf('raced.a')).toHaveLength(10);
    expect(await rowsOf('raced.b')).toHaveLength(10);
    const named = await sql`select 1 from components where name like 'raced.%'`;
    expect(named).toHaveLength(2);
  });

  it('never deadlocks with batches of the same rows in another order', async () => {
    const batch = Array.from({ length: 3000 }, (_, i) => sample(`order.${i % 20}`, i, { x: i }));
    await store(batch.slice(0, 20));
    const answers = await race(
      database,
      'lock table metric_samples in share mode',
      times(6, (i) => storeSamples(sql, i % 2 === 0 ? batch : batch.toReversed(), MANY)),
    );
    const stored = answers.map((rows) => readStored(rows).stored);
    expect(stored.reduce((sum, each) => sum + each, 0)).toBe(2980);
  });

  it('uses no number of the sequence for names that are known', async () => {
    await store([sample('known', 0, { x: 1 })]);
    const before = await sql`select last_value from components_id_seq`;
    await store(Array.from({ length: 100 }, (_, i) => sample('known', i, { x: i })));
    expect(await sql`select last_value from components_id_seq`).toEqual(before);
  });

  it('refuses a day that has no partition, whole', async () => {
    const far = {
      component: 'far',
      sample: { at: new Date('2020-01-01'), instance: '', values: {} },
    };
    const refused = store([sample('far', 0, { x: 1 }), far]).catch(sqlState);
    expect(await refused).toBe('23514');
    expect(await rowsOf('far')).toEqual([]);
  });

  it('refuses a name that is none of ours', async () => {
    expect(await store([sample('no spaces', 0, { x: 1 })]).catch(sqlState)).toBe('23514');
  });

  it('stores nothing when it is given nothing', async () => {
    expect(await store([])).toEqual({ stored: 0, unresolved: [], registered: [] });
  });
});
