import * as z from 'zod';
import type { Outcome } from '../domain/learn/outcome.js';
import { Instant, MaybeInstant, parseRows } from './rows.js';
import type { Sql, Statement } from './sql.js';

/**
 * Let a component's predictions be labelled anew that an incident concerns: a person has spoken of it.
 * Their labels stand until then.
 */
export function relabel(sql: Sql, incidentId: string): Statement {
  return sql`
    update predictions
    set labelled_at = null
    from incidents
    where incidents.id = ${incidentId}::uuid
    and predictions.component_id = incidents.component_id
    and predictions.labelled_at is not null
    and predictions.at >= incidents.opened_at - make_interval(secs => 24 * predictions.horizon_s)
    and predictions.at <= coalesce(incidents.closed_at, now())`;
}

const label = z.literal([0, 1]).nullable();

const OutcomeRow = z
  .object({
    component: z.string(),
    at: Instant,
    kind: z.enum(['alarm', 'quiet']),
    share: z.number(),
    raw: z.tuple([z.number(), z.number(), z.number()]),
    failed: z.tuple([label, label, label]),
    acted: z.tuple([z.boolean(), z.boolean(), z.boolean()]),
    failedAt: MaybeInstant,
  })
  .transform(
    ({ raw, failed, acted, ...rest }): Outcome => ({
      ...rest,
      raw: { '1h': raw[0], '6h': raw[1], '24h': raw[2] },
      labels: { '1h': failed[0], '6h': failed[1], '24h': failed[2] },
      acted: { '1h': acted[0], '6h': acted[1], '24h': acted[2] },
    }),
  );

/**
 * Read what came of one predictor's predictions.
 *
 * Of each kind at most `limit`, drawn by a hash of their ids; each then stands for so many more.
 */
export async function readOutcomes(
  sql: Sql,
  wanted: { readonly model: string; readonly windowS: number; readonly limit: number },
): Promise<Outcome[]> {
  const rows = await sql`
    with labelled as (
      select
        predictions.component_id, predictions.at, predictions.kind, predictions.share,
        predictions.horizon_s, predictions.raw_1h, predictions.raw_6h, predictions.raw_24h,
        outcomes.failed_1h, outcomes.failed_6h, outcomes.failed_24h, outcomes.failed_at,
        case when outcomes.acted_at < coalesce(outcomes.failed_at, 'infinity')
          then extract(epoch from (outcomes.acted_at - predictions.at)) end as acted_s,
        row_number() over (
          partition by predictions.kind order by md5(predictions.id::text)) as place,
        count(*) over (partition by predictions.kind) as found
      from predictions
      join outcomes on outcomes.prediction_id = predictions.id
      where predictions.model = ${wanted.model}::text
      and predictions.at > now() - make_interval(secs => ${wanted.windowS}::float8)
    )
    select
      components.name as component, labelled.at, labelled.kind,
      labelled.share * least(found, ${wanted.limit}::int)::float8 / found as share,
      json_build_array(raw_1h, raw_6h, raw_24h) as raw,
      json_build_array(failed_1h, failed_6h, failed_24h) as failed,
      json_build_array(
        coalesce(acted_s <= horizon_s, false), coalesce(acted_s <= 6 * horizon_s, false),
        coalesce(acted_s <= 24 * horizon_s, false)) as acted,
      failed_at as "failedAt"
    from labelled
    join components on components.id = labelled.component_id
    where place <= ${wanted.limit}::int
    order by labelled.at, labelled.component_id
    limit ${2 * wanted.limit}::int`;
  return parseRows(OutcomeRow, rows);
}
