import * as z from 'zod';
import type { EvidenceFacts } from '../domain/decide/facts.js';
import { type Memory, NO_MEMORY } from '../domain/decide/memory.js';
import type { Premise } from '../domain/decide/recovery.js';
import type { Past } from '../domain/past/past.js';
import { PremiseRow } from './incidents.js';
import { keptPast } from './kept-past.js';
import { MaybeInstant, parseRows } from './rows.js';
import type { Sql, Statement } from './sql.js';

/** The right to sweep one shard, until it expires or is taken over. */
export interface Lease {
  readonly shard: number;
  readonly generation: string;
}

/** What a sweep keeps of one component for the next one. */
export interface ComponentState {
  readonly componentId: number;
  readonly memory: Memory;
  /** Null keeps the one that is there. */
  readonly past: Past | null;
  readonly assessment: Readonly<Record<string, unknown>>;
  readonly evidence: EvidenceFacts;
  readonly premise: Premise;
  readonly assessedAt: Date;
  readonly firstSampleAt: Date | null;
  readonly lastSampleAt: Date | null;
  readonly checkedHour: Date | null;
}

/**
 * Take the lease of a shard for one interval, or learn that it was swept or is being swept. A lease that
 * ran out, because its worker died, does not count as swept.
 *
 * @param wanted.tick - the second in which the interval began: a shard is swept once per tick
 */
export async function leaseShard(
  sql: Sql,
  wanted: { shard: number; tick: number; leaseS: number },
): Promise<Lease | null> {
  const rows = await sql`
    insert into sweep_shards as held (shard, generation, tick, leased_until)
    values (
      ${wanted.shard}::int, 1, ${wanted.tick}::bigint,
      now() + make_interval(secs => ${wanted.leaseS}::float8))
    on conflict (shard) do update
    set
      generation = held.generation + 1, tick = excluded.tick, leased_until = excluded.leased_until
    where held.tick <= excluded.tick
    and (held.done_tick is null or held.done_tick < excluded.tick)
    and held.leased_until <= now()
    returning generation::text`;
  const first = rows[0];
  if (first === undefined) return null;
  return { shard: wanted.shard, generation: z.string().parse(first['generation']) };
}

/** Give the lease of a sweep that came to its end back; a lease that was taken over is left alone. */
export function releaseShard(sql: Sql, lease: Lease): Statement {
  return sql`
    update sweep_shards
    set leased_until = now(), done_tick = tick
    where shard = ${lease.shard}::int
    and generation = ${lease.generation}::bigint`;
}

/**
 * Give back the lease of a sweep that failed: its interval counts as not swept, so that it can be at once,
 * and nothing is decided as if it had been.
 */
export function forsakeShard(sql: Sql, lease: Lease): Statement {
  return sql`
    update sweep_shards
    set leased_until = now()
    where shard = ${lease.shard}::int
    and generation = ${lease.generation}::bigint`;
}

/** First statement of a sweep's transaction: ends it (FS001) when the lease has been taken over. */
export function holdShard(sql: Sql, lease: Lease): Statement {
  return sql`select hold_shard(${lease.shard}::int, ${lease.generation}::bigint)`;
}

/**
 * Keep what the next sweep needs; a row written under a later lease is left alone, and nothing is kept of a
 * component that was removed meanwhile.
 */
export function putStates(sql: Sql, lease: Lease, states: readonly ComponentState[]): Statement {
  const iso = (pick: (state: ComponentState) => Date | null) =>
    states.map((state) => pick(state)?.toISOString() ?? null);
  return sql`
    with live as (
      select id
      from components
      where id = any (${states.map((state) => state.componentId)}::int[])
      and removed_at is null
      order by id
      for share
    )
    insert into component_state as old (
      component_id, generation, memory, assessment, evidence, premise, assessed_at,
      first_sample_at, last_sample_at, checked_hour, past)
    select
      component_id, ${lease.generation}::bigint, memory, assessment, evidence, premise,
      assessed_at, first_sample_at, last_sample_at, checked_hour, past
    from unnest(
      ${states.map((state) => state.componentId)}::int[],
      ${states.map((state) => JSON.stringify(state.memory))}::jsonb[],
      ${states.map((state) => JSON.stringify(state.assessment))}::jsonb[],
      ${states.map((state) => JSON.stringify(state.evidence))}::jsonb[],
      ${states.map((state) => JSON.stringify(state.premise))}::jsonb[],
      ${iso((state) => state.assessedAt)}::timestamptz[],
      ${iso((state) => state.firstSampleAt)}::timestamptz[],
      ${iso((state) => state.lastSampleAt)}::timestamptz[],
      ${iso((state) => state.checkedHour)}::timestamptz[],
      ${states.map(({ past }) => (past === null ? null : JSON.stringify(keptPast(past))))}::jsonb[]
    ) as seen (
      component_id, memory, assessment, evidence, premise, assessed_at, first_sample_at,
      last_sample_at, checked_hour, past)
    join live on live.id = seen.component_id
    order by component_id
    on conflict (component_id) do update
    set
      generation = excluded.generation, memory = excluded.memory,
      assessment = excluded.assessment, evidence = excluded.evidence,
      premise = excluded.premise, assessed_at = excluded.assessed_at,
      first_sample_at = least(old.first_sample_at, excluded.first_sample_at),
      last_sample_at = greatest(old.last_sample_at, excluded.last_sample_at),
      checked_hour = excluded.checked_hour, past = coalesce(excluded.past, old.past)
    where old.generation <= excluded.generation`;
}

/** Let windows begin anew: an action has changed what the metrics mean. */
export function resetWindow(sql: Sql, componentId: number, at: Date | null = null): Statement {
  return sql`
    update component_state
    set reset_at = greatest(reset_at, coalesce(${at?.toISOString() ?? null}::timestamptz, now()))
    where component_id = ${componentId}::int`;
}

/** What the last sweep left of some components, for a decision on them. */
export interface LastSeen {
  readonly componentId: number;
  readonly memory: Memory;
  readonly evidence: EvidenceFacts;
  readonly premise: Premise;
  readonly lastSampleAt: Date | null;
  readonly timeToFailureS: { low: number; likely: number; high: number } | null;
}

const LastSeenRow = z.object({
  componentId: z.number(),
  memory: z.custom<Memory>(),
  evidence: z.custom<EvidenceFacts>(),
  premise: PremiseRow,
  lastSampleAt: MaybeInstant,
  timeToFailureS: z
    .object({ low: z.number(), likely: z.number(), high: z.number() })
    .nullable()
    .catch(null),
});

/** Read what the last sweep left of some components. */
export async function readLastSeen(
  sql: Sql,
  componentIds: readonly number[],
): Promise<Map<number, LastSeen>> {
  const rows = await sql`
    select
      component_id as "componentId", memory, evidence, premise,
      last_sample_at as "lastSampleAt",
      assessment -> 'time_to_failure_s' as "timeToFailureS"
    from component_state
    where component_id = any (${componentIds}::int[])
    limit 10000`;
  return new Map(
    parseRows(LastSeenRow, rows).map((row) => [
      row.componentId,
      { ...row, memory: { ...NO_MEMORY, ...row.memory } },
    ]),
  );
}
