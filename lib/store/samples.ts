import * as z from 'zod';
import type { Sample } from '../domain/metrics.js';
import type { Sql, Statement } from './sql.js';

/** A sample and the name of its component. */
export interface NamedSample {
  readonly component: string;
  readonly sample: Sample;
}

/** What became of a batch. */
export interface Stored {
  /** Rows that were new or filled a missing value. */
  readonly stored: number;
  /** Names that stand for no component: another request is registering them, or the cap is reached. */
  readonly unresolved: readonly string[];
  /** Names that this batch registered. */
  readonly registered: readonly string[];
}

const COLUMNS = ['cpu_usage', 'memory_usage', 'error_rate', 'latency_ms'] as const;

const Answer = z.object({
  stored: z.coerce.number(),
  unresolved: z.array(z.string()).nullable(),
  registered: z.array(z.string()).nullable(),
});

function extraOf(sample: Sample): string | null {
  const known: readonly string[] = COLUMNS;
  const entries = Object.entries(sample.values).filter(([name]) => !known.includes(name));
  return entries.length === 0 ? null : JSON.stringify(Object.fromEntries(entries));
}

/**
 * Store a batch by one statement: resolve names, register new ones up to the cap, insert.
 *
 * A value that is there stays; one that was missing is filled in, since protocols send an instant's
 * metrics in several requests. Rows are written in key order, so that two batches never deadlock.
 * Safe to repeat: a repeat stores nothing.
 *
 * @param samples - merged by `mergeSamples`
 * @param maxComponents - most components that may be registered
 */
export function storeSamples(
  sql: Sql,
  samples: readonly NamedSample[],
  maxComponents: number,
): Statement {
  const column = (name: string) => samples.map(({ sample }) => sample.values[name] ?? null);
  return sql`
    with input as (
      select component, instance, at, cpu_usage, memory_usage, error_rate, latency_ms, extra
      from unnest(
        ${samples.map((one) => one.component)}::text[],
        ${samples.map((one) => one.sample.instance)}::text[],
        ${samples.map((one) => one.sample.at.toISOString())}::timestamptz[],
        ${column('cpu_usage')}::real[],
        ${column('memory_usage')}::real[],
        ${column('error_rate')}::real[],
        ${column('latency_ms')}::real[],
        ${samples.map((one) => extraOf(one.sample))}::jsonb[]
      ) as input (
        component, instance, at, cpu_usage, memory_usage, error_rate, latency_ms, extra)
    ),
    named as (
      select distinct component as name
      from input
    ),
    known as (
      select components.id, components.name
      from components
      join named on named.name = components.name
      where components.removed_at is null
    ),
    registered as (
      insert into components (name)
      select named.name
      from named
      where not exists (select 1 from known where known.name = named.name)
      order by named.name
      limit greatest(0, ${maxComponents}::int - (
        select count(*) from components where removed_at is null))
      on conflict (name) do update
      set removed_at = null, updated_at = now()
      where components.removed_at is not null
      returning id, name
    ),
    resolved as (
      select id, name from known
      union all
      select id, name from registered
    ),
    copies as (
      select distinct resolved.id as component_id, input.instance as name
      from input
      join resolved on resolved.name = input.component
      where input.instance <> ''
    ),
    known_copies as (
      select instances.id, instances.component_id, instances.name
      from instances
      join copies on copies.component_id = instances.component_id and copies.name = instances.name
    ),
    new_copies as (
      insert into instances (component_id, name)
      select copies.component_id, copies.name
      from copies
      where not exists (
        select 1
        from known_copies
        where known_copies.component_id = copies.component_id
        and known_copies.name = copies.name)
      order by copies.component_id, copies.name
      on conflict (component_id, name) do nothing
      returning id, component_id, name
    ),
    all_copies as (
      select id, component_id, name from known_copies
      union all
      select id, component_id, name from new_copies
    ),
    rows as (
      select
        resolved.id as component_id, coalesce(all_copies.id, 0) as instance_id, input.at,
        input.cpu_usage, input.memory_usage, input.error_rate, input.latency_ms, input.extra
      from input
      join resolved on resolved.name = input.component
      left join all_copies
        on all_copies.component_id = resolved.id and all_copies.name = input.instance
      where input.instance = '' or all_copies.id is not null
    ),
    stored as (
      insert into metric_samples as old (
        component_id, instance_id, at, cpu_usage, memory_usage, error_rate, latency_ms, extra)
      select
        component_id, instance_id, at, cpu_usage, memory_usage, error_rate, latency_ms, extra
      from rows
      order by component_id, instance_id, at
      on conflict (component_id, instance_id, at) do update
      set
        cpu_usage = coalesce(old.cpu_usage, excluded.cpu_usage),
        memory_usage = coalesce(old.memory_usage, excluded.memory_usage),
        error_rate = coalesce(old.error_rate, excluded.error_rate),
        latency_ms = coalesce(old.latency_ms, excluded.latency_ms),
        extra = coalesce(excluded.extra || old.extra, excluded.extra, old.extra)
      where (old.cpu_usage is null and excluded.cpu_usage is not null)
      or (old.memory_usage is null and excluded.memory_usage is not null)
      or (old.error_rate is null and excluded.error_rate is not null)
      or (old.latency_ms is null and excluded.latency_ms is not null)
      or not coalesce(coalesce(old.extra, '{}') ?& (
        select array_agg(name) from jsonb_object_keys(excluded.extra) as name), true)
      returning 1
    )
    select
      (select count(*) from stored) as stored,
      (
        select array_agg(distinct input.component)
        from input
        left join resolved on resolved.name = input.component
        left join all_copies
          on all_copies.component_id = resolved.id and all_copies.name = input.instance
        where resolved.id is null
        or (input.instance <> '' and all_copies.id is null)
      ) as unresolved,
      (select array_agg(name) from registered) as registered`;
}

/** Read the answer of {@link storeSamples}. */
export function readStored(rows: readonly Record<string, unknown>[]): Stored {
  const answer = Answer.parse(rows[0]);
  return {
    stored: answer.stored,
    unresolved: answer.unresolved ?? [],
    registered: answer.registered ?? [],
  };
}
