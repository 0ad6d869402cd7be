import * as z from 'zod';
import type { InsightsFilter } from './insights-filter.js';
import { Instant, parseRows } from './rows.js';
import type { Sql } from './sql.js';

const UnusualRow = z.object({
  component: z.string(),
  metric: z.string(),
  count: z.coerce.number(),
  lastAt: Instant,
  score: z.number(),
  text: z.string().nullable(),
});

/** A metric that was not as it had ever been, with the newest word about it; the score is 0 to 1. */
export type UnusualMetric = z.infer<typeof UnusualRow>;

const WEEK_S = 7 * 86_400;

/** Read the metrics whose anomaly score fired within the window, a week by default: the newest 100 first. */
export async function readUnusualMetrics(
  sql: Sql,
  { windowS, component }: InsightsFilter,
): Promise<UnusualMetric[]> {
  const rows = await sql`
    select
      metadata ->> 'component' as component, input_data ->> 'metric' as metric, count(*) as count,
      max(executed_at) as "lastAt",
      (array_agg((output_data -> 'score')::float8 order by executed_at desc))[1] as score,
      (array_agg(output_data ->> 'text' order by executed_at desc))[1] as text
    from unified_brain
    where action_type = 'anomaly_detected'
    and metadata ->> 'component' is not null
    and input_data ->> 'metric' is not null
    and jsonb_typeof(output_data -> 'score') = 'number'
    and executed_at > now() - make_interval(secs => ${windowS ?? WEEK_S}::float8)
    and (${component}::text is null or metadata ->> 'component' = ${component}::text)
    group by 1, 2
    order by "lastAt" desc, component, metric
    limit 100`;
  return parseRows(UnusualRow, rows);
}
