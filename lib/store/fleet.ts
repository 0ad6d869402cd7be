import * as z from 'zod';
import { Instant } from './rows.js';
import type { Sql } from './sql.js';

const FleetRow = z.object({
  now: Instant,
  components: z.number(),
  bad: z.number(),
  shards: z.array(z.number()).nullable(),
});

/** How many components there are, how many have an open incident, and in which shards they lie. */
export interface Fleet {
  readonly now: Date;
  readonly components: number;
  readonly bad: number;
  readonly shards: readonly number[];
}

/** Count the fleet, with the database's clock. */
export async function fleetNow(sql: Sql, shardSize: number, at: Date | null): Promise<Fleet> {
  const rows = await sql`
    select
      coalesce(${at?.toISOString() ?? null}::timestamptz, now()) as now,
      (select count(*)::int from components where removed_at is null) as components,
      (
        select count(*)::int
        from incidents
        join components on components.id = incidents.component_id
        where incidents.closed_at is null
        and components.removed_at is null
      ) as bad,
      (
        select array_agg(shard order by shard)
        from (
          select distinct (id - 1) / ${shardSize}::int as shard
          from components
          where removed_at is null
        ) as shards
      ) as shards`;
  const row = FleetRow.parse(rows[0]);
  return { ...row, shards: row.shards ?? [] };
}

/** The shards that have been swept, to their end, for an interval or a later one. */
export async function shardsAt(sql: Sql, tick: number): Promise<Set<number>> {
  const rows = await sql`
    select shard
    from sweep_shards
    where done_tick >= ${tick}::bigint
    limit 10000`;
  return new Set(rows.map((row) => z.number().parse(row['shard'])));
}
