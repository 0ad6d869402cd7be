import * as z from 'zod';
import { LOAD_SPAN_MS, type LoadSpan } from '../domain/decide/comparable-load.js';
import { Instant, parseRows } from './rows.js';
import type { Row, Sql, Statement } from './sql.js';

const SPAN_S = LOAD_SPAN_MS / 1000;

const SpanRow = z.object({ at: Instant, requestRate: z.number() });

/** Which time is asked for. */
export interface LoadTime {
  readonly componentId: number;
  /** Seconds before its end, at most. */
  readonly withinS: number;
  /** Its end; null is the database's now. */
  readonly until: Date | null;
}

/**
 * Read the load of a component by spans of five minutes, oldest first: the sum over its copies of what each told on
 * average. Spans in which nobody told a `request_rate` are missing. A day is 288 rows.
 */
export function selectLoad(sql: Sql, { componentId, withinS, until }: LoadTime): Statement {
  const end = until?.toISOString() ?? null;
  return sql`
    with told as (
      select
        floor(extract(epoch from at) / ${SPAN_S}::float8) as span, instance_id,
        avg((extra ->> 'request_rate')::float8) as rate
      from metric_samples
      where component_id = ${componentId}::int
      and at >= coalesce(${end}::timestamptz, now()) - make_interval(secs => ${withinS}::float8)
      and at < coalesce(${end}::timestamptz, now())
      and jsonb_typeof(extra -> 'request_rate') = 'number'
      group by 1, 2
    )
    select to_timestamp(span * ${SPAN_S}::float8) as at, greatest(0, sum(rate)) as "requestRate"
    from told
    group by span
    order by span
    limit 400`;
}

/** Parse what {@link selectLoad} answered. */
export function readLoad(rows: readonly Row[]): LoadSpan[] {
  return parseRows(SpanRow, rows);
}
