import * as z from 'zod';
import { type Component, ComponentConfig } from '../domain/component.js';
import { type Memory, NO_MEMORY } from '../domain/decide/memory.js';
import type { Sample } from '../domain/metrics.js';
import { NO_PAST, type Past } from '../domain/past/past.js';
import { KeptPast, pastOf } from './kept-past.js';
import { Instant, MaybeInstant, parseRows } from './rows.js';
import { SampleColumns } from './sample-columns.js';
import type { Row, Sql } from './sql.js';

/** A component with all that an assessment of it needs. */
export interface Watched {
  readonly component: Component;
  /** The samples of its window, of all instances. */
  readonly samples: readonly Sample[];
  readonly memory: Memory;
  /** What was before the window, as the last sweep left it. */
  readonly past: Past;
  readonly firstSampleAt: Date | null;
  /** Age-independent newest sample, also when it lies before the window. */
  readonly lastSampleAt: Date | null;
  readonly checkedHour: Date | null;
  readonly resetAt: Date | null;
  readonly agentPresent: boolean;
  readonly lastScore: number | null;
  readonly lastLevel: string | null;
  readonly lastState: string | null;
}

const WatchedRow = z.object({
  id: z.number(),
  name: z.string(),
  createdAt: Instant,
  config: z.record(z.string(), z.unknown()),
  memory: z.custom<Memory>().nullable(),
  past: KeptPast.nullable().catch(null),
  firstSampleAt: MaybeInstant,
  lastSampleAt: MaybeInstant,
  checkedHour: MaybeInstant,
  resetAt: MaybeInstant,
  agentPresent: z.boolean(),
  assessment: z.record(z.string(), z.unknown()).nullable(),
});

const CopyRow = SampleColumns.extend({ componentId: z.number() });
type CopyRow = z.infer<typeof CopyRow>;

const COLUMNS = ['cpu_usage', 'memory_usage', 'error_rate', 'latency_ms'] as const;

/** How much of the past an assessment reads. */
export interface Reach {
  /** Ids of the components, inclusive. */
  readonly fromId: number;
  readonly toId: number;
  readonly windowS: number;
  /** Most points per instance; what others sent before the points of one begin is left out. */
  readonly points: number;
  /** The instant to read as of; null is the database's now. */
  readonly at: Date | null;
}

/** Read the windows of all components with ids in a range, and the database's clock, in one round trip. */
export async function readWindows(
  sql: Sql,
  reach: Reach,
): Promise<{ now: Date; watched: Watched[] }> {
  const at = reach.at?.toISOString() ?? null;
  const [clock, components, copies] = await sql.transaction([
    sql`select coalesce(${at}::timestamptz, now()) as now`,
    componentsStatement(sql, reach),
    copiesStatement(sql, reach),
  ]);
  const now = Instant.parse(clock?.[0]?.['now']);
  return { now, watched: assemble(components ?? [], copies ?? [], reach.points) };
}

function componentsStatement(sql: Sql, reach: Reach) {
  return sql`
    select
      components.id, components.name, components.created_at as "createdAt",
      json_build_object(
        'platform', components.platform, 'database', components.database, 'mode', components.mode, 'modes', components.modes,
        'limits', components.limits, 'scale', components.scale,
        'depends_on', components.depends_on, 'providers', components.providers, 'group', components.peer_group,
        'health_url', components.health_url, 'labels', components.labels
      ) as config,
      component_state.memory, component_state.past, component_state.first_sample_at as "firstSampleAt",
      component_state.last_sample_at as "lastSampleAt",
      component_state.checked_hour as "checkedHour", component_state.reset_at as "resetAt",
      json_build_object(
        'health_score', component_state.assessment -> 'health_score',
        'state', component_state.assessment -> 'state',
        'level', component_state.assessment -> 'level'
      ) as assessment,
      exists (
        select 1
        from instances
        where instances.component_id = components.id
        and instances.pushed_at > now() - interval '120 seconds'
      ) as "agentPresent"
    from components
    left join component_state on component_state.component_id = components.id
    where components.id between ${reach.fromId}::int and ${reach.toId}::int
    and components.removed_at is null
    order by components.id
    limit 10000`;
}

function copiesStatement(sql: Sql, reach: Reach) {
  const at = reach.at?.toISOString() ?? null;
  return sql`
    select
      components.id as "componentId", copies.name as instance,
      to_json(array_agg((extract(epoch from recent.at) * 1000)::bigint order by recent.at)) as at,
      to_json(array_agg(recent.cpu_usage order by recent.at)) as cpu_usage,
      to_json(array_agg(recent.memory_usage order by recent.at)) as memory_usage,
      to_json(array_agg(recent.error_rate order by recent.at)) as error_rate,
      to_json(array_agg(recent.latency_ms order by recent.at)) as latency_ms,
      case when count(recent.extra) > 0
        then to_json(array_agg(recent.extra order by recent.at)) end as extra
    from components
    left join component_state on component_state.component_id = components.id
    cross join lateral (
      select 0 as id, '' as name
      union all
      select instances.id, instances.name
      from instances
      where instances.component_id = components.id
    ) as copies
    cross join lateral (
      select
        metric_samples.at, metric_samples.cpu_usage, metric_samples.memory_usage,
        metric_samples.error_rate, metric_samples.latency_ms, metric_samples.extra
      from metric_samples
      where metric_samples.component_id = components.id
      and metric_samples.instance_id = copies.id
      and metric_samples.at > coalesce(${at}::timestamptz, now())
        - make_interval(secs => ${reach.windowS}::float8)
      and metric_samples.at <= coalesce(${at}::timestamptz, now()) + interval '5 minutes'
      and metric_samples.at > coalesce(component_state.reset_at, '-infinity'::timestamptz)
      order by metric_samples.at desc
      limit ${reach.points}::int
    ) as recent
    where components.id between ${reach.fromId}::int and ${reach.toId}::int
    and components.removed_at is null
    group by components.id, copies.name`;
}

function samplesOf(copy: CopyRow): Sample[] {
  return copy.at.map((at, i) => {
    const values: Record<string, number> = { ...copy.extra?.[i] };
    for (const column of COLUMNS) {
      const value = copy[column][i];
      if (value !== null && value !== undefined) values[column] = value;
    }
    return { at: new Date(at), instance: copy.instance, values };
  });
}

/**
 * The instant since which nothing is missing: of a copy that fills its points, what is older was not read, and
 * what others sent before that would pass for the whole component.
 */
function wholeSince(copies: readonly CopyRow[], points: number): number {
  const full = copies.filter(({ at }) => at.length >= points);
  return Math.max(Number.NEGATIVE_INFINITY, ...full.map(({ at }) => at[0] ?? 0));
}

function samplesByComponent(rows: readonly Row[], points: number): Map<number, Sample[]> {
  const copies = new Map<number, CopyRow[]>();
  for (const copy of parseRows(CopyRow, rows)) {
    const known = copies.get(copy.componentId);
    if (known === undefined) copies.set(copy.componentId, [copy]);
    else known.push(copy);
  }
  return new Map(
    [...copies].map(([id, own]) => {
      const since = wholeSince(own, points);
      return [id, own.flatMap(samplesOf).filter(({ at }) => at.getTime() >= since)];
    }),
  );
}

function assemble(components: readonly Row[], copies: readonly Row[], points: number): Watched[] {
  const samples = samplesByComponent(copies, points);
  return components.map((row) => {
    const { id, name, createdAt, config, assessment, memory, past, ...rest } =
      WatchedRow.parse(row);
    return {
      ...rest,
      memory: { ...NO_MEMORY, ...memory },
      past: past === null ? NO_PAST : pastOf(past),
      component: { ...ComponentConfig.parse({ ...config, refs: [] }), id, name, createdAt },
      samples: samples.get(id) ?? [],
      lastScore: z.number().nullable().catch(null).parse(assessment?.['health_score']),
      lastLevel: z.string().nullable().catch(null).parse(assessment?.['level']),
      lastState: z.string().nullable().catch(null).parse(assessment?.['state']),
    };
  });
}
