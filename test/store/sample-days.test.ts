import { describe, expect, it } from 'vitest';
import { dropSampleDays, makeSampleDays } from '../../lib/store/sample-days.js';
import { storeDatabase } from './fixtures.js';
import { race, times } from './race.js';

const { sql, database } = await storeDatabase();

const DAY_S = 86_400;

/** The partitions, as days from today. */
async function days(): Promise<number[]> {
  const rows = await sql`
    select to_date(right(relname, 8), 'YYYYMMDD') - (now() at time zone 'UTC')::date as day
    from pg_inherits
    join pg_class on pg_class.oid = pg_inherits.inhrelid
    where pg_inherits.inhparent = 'metric_samples'::regclass
    order by day`;
  return rows.map(({ day }) => Number(day));
}

const from = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, i) => first + i);

describe('makeSampleDays', () => {
  it('makes the days that samples may be for, and a week ahead, once', async () => {
    await dropSampleDays(sql, -30 * DAY_S);
    expect(await days()).toEqual([]);
    expect(await makeSampleDays(sql)).toEqual([{ made: 16 }]);
    expect(await days()).toEqual(from(-8, 7));
    expect(await makeSampleDays(sql)).toEqual([{ made: 0 }]);
  });

  it('makes each day once for ten makers', async () => {
    await dropSampleDays(sql, -30 * DAY_S);
    const made = await race(
      database,
      `select pg_advisory_xact_lock(hashtext('forestall:make_sample_days'))`,
      times(10, () => makeSampleDays(sql)),
    );
    const counts = made.map(([row]) => Number(row?.['made']));
    expect(counts.toSorted((a, b) => a - b)).toEqual([...Array(9).fill(0), 16]);
    expect(await days()).toEqual(from(-8, 7));
  });
});

describe('dropSampleDays', () => {
  it('drops the days that hold nothing young enough, and their samples', async () => {
    await makeSampleDays(sql);
    await sql`
      insert into metric_samples (component_id, instance_id, at)
      select 1, 0, now() - make_interval(days => ago) from generate_series(0, 5) as ago`;
    expect(await dropSampleDays(sql, 3 * DAY_S)).toEqual([{ dropped: 5 }]);
    expect(await days()).toEqual(from(-3, 7));
    const [kept] = await sql`select count(*)::int as samples from metric_samples`;
    expect(kept).toEqual({ samples: 4 });
    expect(await dropSampleDays(sql, 3 * DAY_S)).toEqual([{ dropped: 0 }]);
  });
});
