import type { Sql, Statement } from './sql.js';

/** Make the partitions of the days around now: those that samples may still be for, and a week ahead. */
export function makeSampleDays(sql: Sql): Statement {
  return sql`select make_sample_days((now() at time zone 'UTC')::date - 8, 16) as made`;
}

/** Drop the partitions that hold nothing but samples older than the retention. */
export function dropSampleDays(sql: Sql, retentionS: number): Statement {
  return sql`
    select drop_sample_days(
      ((now() - make_interval(secs => ${retentionS}::float8)) at time zone 'UTC')::date) as dropped`;
}
