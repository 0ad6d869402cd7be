import * as z from 'zod';
import type { Sample } from '../domain/metrics.js';
import { parseRows } from './rows.js';
import { SampleColumns } from './sample-columns.js';
import type { Row, Sql, Statement } from './sql.js';

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

const CopyRow = SampleColumns.extend({ componentId: z.number() });
type CopyRow = z.infer<typeof CopyRow>;

const COLUMNS = ['cpu_usage', 'memory_usage', 'error_rate', 'latency_ms'] as const;

/** The samples of every copy of the components in reach, one row for each copy. */
export function copiesStatement(sql: Sql, reach: Reach): Statement {
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

/** The samples of each component, from the rows of its copies. */
export function samplesByComponent(rows: readonly Row[], points: number): Map<number, Sample[]> {
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
