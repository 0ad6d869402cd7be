import * as z from 'zod';
import { Instant, MaybeInstant, parseRows } from './rows.js';
import { SampleColumns } from './sample-columns.js';
import type { Sql } from './sql.js';

/** What one copy of a component sent in a span of time, in columns; null is missing. */
export type SamplePiece = z.infer<typeof SampleColumns>;

/** Which samples to read: those at or after an instant and before another. */
export interface SampleSpan {
  readonly componentId: number;
  readonly from: Date;
  readonly until: Date;
}

/**
 * Read what a component has sent in a span, copy by copy. A day at a time is a partition, and some thousand
 * rows of each copy.
 */
export async function readSampleSpan(sql: Sql, span: SampleSpan): Promise<SamplePiece[]> {
  const rows = await sql`
    select
      coalesce(instances.name, '') as instance,
      json_agg((extract(epoch from samples.at) * 1000)::bigint order by samples.at) as at,
      json_agg(samples.cpu_usage order by samples.at) as cpu_usage,
      json_agg(samples.memory_usage order by samples.at) as memory_usage,
      json_agg(samples.error_rate order by samples.at) as error_rate,
      json_agg(samples.latency_ms order by samples.at) as latency_ms,
      case when count(samples.extra) > 0 then json_agg(samples.extra order by samples.at) end as extra
    from metric_samples as samples
    left join instances on instances.id = samples.instance_id
    where samples.component_id = ${span.componentId}::int
    and samples.at >= ${span.from.toISOString()}::timestamptz
    and samples.at < ${span.until.toISOString()}::timestamptz
    group by coalesce(instances.name, '')
    limit 10000`;
  return parseRows(SampleColumns, rows);
}

const KnownRow = z.object({
  id: z.number(),
  firstSampleAt: MaybeInstant,
  hasAgent: z.boolean(),
});

/** What is known of a component's past beside its samples. */
export type KnownSince = z.infer<typeof KnownRow>;

/** Read since when each component has sent, and whether an agent has ever pushed for it. */
export async function readKnownSince(sql: Sql): Promise<Map<number, KnownSince>> {
  const rows = await sql`
    select
      components.id, component_state.first_sample_at as "firstSampleAt",
      exists (
        select 1
        from instances
        where instances.component_id = components.id
        and instances.pushed_at is not null
      ) as "hasAgent"
    from components
    left join component_state on component_state.component_id = components.id
    where components.removed_at is null
    limit 10000`;
  return new Map(parseRows(KnownRow, rows).map((row) => [row.id, row]));
}

const FreezeRow = z.object({
  componentId: z.number().nullable(),
  why: z.string(),
  from: Instant,
  until: Instant,
  toldUntil: Instant,
});

/** Read the freezes that were in force in a span, as long as they were. */
export async function readPastFreezes(
  sql: Sql,
  span: { readonly from: Date; readonly until: Date },
): Promise<z.infer<typeof FreezeRow>[]> {
  const rows = await sql`
    select
      component_id as "componentId", why, starts_at as from,
      least(ends_at, coalesce(lifted_at, ends_at)) as until, ends_at as "toldUntil"
    from freezes
    where starts_at < ${span.until.toISOString()}::timestamptz
    and least(ends_at, coalesce(lifted_at, ends_at)) > ${span.from.toISOString()}::timestamptz
    order by starts_at
    limit 10000`;
  return parseRows(FreezeRow, rows);
}
