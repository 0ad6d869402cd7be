import * as z from 'zod';
import { foldBucket } from '../domain/past/extend-past.js';
import type { MetricPast, Past } from '../domain/past/past.js';
import { reread } from './kept-past.js';
import { parseRows } from './rows.js';
import type { Sql } from './sql.js';

/** A component whose past is read from its samples. */
export interface PastWanted {
  readonly componentId: number;
  /** Samples at or after this instant and before the other are read. */
  readonly from: Date;
  readonly until: Date;
  /** As its window has it: bins in which several instances are put together, from the newest sample back. */
  readonly cadenceS: number;
  readonly lastAt: Date;
}

const BucketRow = z.object({
  componentId: z.number(),
  metric: z.string(),
  index: z.coerce.number(),
  mean: z.number(),
  min: z.number(),
  max: z.number(),
});
type BucketRow = z.infer<typeof BucketRow>;

/**
 * Read the buckets of some components' samples, oldest first.
 *
 * Several instances are put together as a window does it: the mean of error ratios and the highest of all
 * else in each bin of the cadence, which belongs to the instant of its newest sample.
 */
async function readBuckets(
  sql: Sql,
  wanted: readonly PastWanted[],
  bucketS: number,
): Promise<BucketRow[]> {
  const rows = await sql`
    with wanted as (
      select component_id, from_at, until_at, cadence_s, extract(epoch from last_at) as last_s
      from unnest(
        ${wanted.map(({ componentId }) => componentId)}::int[],
        ${wanted.map(({ from }) => from.toISOString())}::timestamptz[],
        ${wanted.map(({ until }) => until.toISOString())}::timestamptz[],
        ${wanted.map(({ cadenceS }) => cadenceS)}::float8[],
        ${wanted.map(({ lastAt }) => lastAt.toISOString())}::timestamptz[]
      ) as wanted (component_id, from_at, until_at, cadence_s, last_at)
    ),
    sent as materialized (
      select
        samples.component_id, samples.instance_id, extract(epoch from samples.at)::float8 as at_s,
        samples.cpu_usage, samples.memory_usage, samples.error_rate, samples.latency_ms, samples.extra,
        floor((last_s - extract(epoch from samples.at))::float8 / cadence_s + 0.5) as bin
      from wanted
      join metric_samples as samples on samples.component_id = wanted.component_id
      where samples.at >= wanted.from_at
      and samples.at < wanted.until_at
    ),
    several as (
      select component_id
      from sent
      group by component_id
      having min(instance_id) < max(instance_id)
    ),
    told as (
      select
        sent.component_id, sent.at_s, told.metric, told.value,
        case when several.component_id is null then sent.at_s else sent.bin end as bin
      from sent
      left join several on several.component_id = sent.component_id
      cross join lateral (
        values
          ('cpu_usage', sent.cpu_usage::text::float8), ('memory_usage', sent.memory_usage::text::float8),
          ('error_rate', sent.error_rate::text::float8), ('latency_ms', sent.latency_ms::text::float8)
        union all
        select key, value::float8
        from jsonb_each_text(sent.extra)
      ) as told (metric, value)
      where told.value is not null
    ),
    points as (
      select
        component_id, metric, max(at_s) as at_s,
        case when metric = 'error_rate' then avg(value) else max(value) end as value
      from told
      group by component_id, metric, bin
    ),
    placed as (
      select component_id, metric, value, floor(at_s / ${bucketS}::float8)::bigint as index
      from points
    )
    select
      component_id as "componentId", metric, index,
      avg(value) as mean, min(value), max(value)
    from placed
    group by component_id, metric, index
    order by component_id, metric, index`;
  return parseRows(BucketRow, rows);
}

/**
 * Work the pasts of some components out from their samples, as sweeps would have grown them.
 *
 * @param bucketS - length of a bucket, seconds
 * @returns by their ids; a component that sent nothing in its span has a past without metrics
 */
export async function readPasts(
  sql: Sql,
  wanted: readonly PastWanted[],
  bucketS: number,
): Promise<Map<number, Past>> {
  const grown = new Map<number, Record<string, MetricPast>>(
    wanted.map(({ componentId }) => [componentId, {}]),
  );
  for (const { componentId, metric, ...bucket } of await readBuckets(sql, wanted, bucketS)) {
    const metrics = grown.get(componentId);
    if (metrics === undefined) continue;
    metrics[metric] = reread(foldBucket(metrics[metric], bucket));
  }
  return new Map([...grown].map(([id, metrics]) => [id, { bucketS, metrics }]));
}
