import * as z from 'zod';
import type { Measured } from '../domain/learn/quality.js';
import type { InsightsFilter } from './insights-filter.js';
import { Instant, parseRows } from './rows.js';
import type { Row, Sql, Statement } from './sql.js';

const DAY_S = 86_400;
/** Labelled predictions of a kind that Brier score and calibration are measured on: drawn by a hash. */
const MOST_OUTCOMES = 5000;
/** Rows of alarms, the newest; failures, the newest. */
const MOST_ALARMS = 20_000;
const MOST_FAILURES = 2000;

function outcomesDrawn(sql: Sql, { windowS, component }: InsightsFilter): Statement {
  return sql`
    with labelled as (
      select
        components.name as component, predictions.at, predictions.horizon_s, predictions.share,
        predictions.p_1h, predictions.p_6h, predictions.p_24h,
        outcomes.failed_1h, outcomes.failed_6h, outcomes.failed_24h,
        case when outcomes.acted_at < coalesce(outcomes.failed_at, 'infinity')
          then extract(epoch from (outcomes.acted_at - predictions.at)) end as acted_s,
        row_number() over (
          partition by predictions.kind order by md5(predictions.id::text)) as place,
        count(*) over (partition by predictions.kind) as found
      from predictions
      join outcomes on outcomes.prediction_id = predictions.id
      join components on components.id = predictions.component_id
      where predictions.at > now() - make_interval(secs => ${windowS ?? 30 * DAY_S}::float8)
      and (${component}::text is null or components.name = ${component}::text)
    )
    select
      component, at, found / (share * least(found, ${MOST_OUTCOMES}::int))::float8 as weight,
      json_build_array(p_1h, p_6h, p_24h) as p,
      json_build_array(failed_1h, failed_6h, failed_24h) as failed,
      json_build_array(
        coalesce(acted_s <= horizon_s, false), coalesce(acted_s <= 6 * horizon_s, false),
        coalesce(acted_s <= 24 * horizon_s, false)) as acted
    from labelled
    where place <= ${MOST_OUTCOMES}::int
    order by at, component
    limit ${2 * MOST_OUTCOMES}::int`;
}

function newestAlarms(sql: Sql, { windowS, component }: InsightsFilter): Statement {
  return sql`
    select
      component, at, level,
      json_build_array(failed_1h, failed_6h, failed_24h) as failed,
      json_build_array(
        coalesce(acted_s <= horizon_s, false), coalesce(acted_s <= 6 * horizon_s, false),
        coalesce(acted_s <= 24 * horizon_s, false)) as acted
    from (
      select
        components.name as component, predictions.at, predictions.level, predictions.horizon_s,
        outcomes.failed_1h, outcomes.failed_6h, outcomes.failed_24h,
        case when outcomes.acted_at < coalesce(outcomes.failed_at, 'infinity')
          then extract(epoch from (outcomes.acted_at - predictions.at)) end as acted_s
      from predictions
      join outcomes on outcomes.prediction_id = predictions.id
      join components on components.id = predictions.component_id
      where predictions.kind = 'alarm'
      and predictions.at > now() - make_interval(secs => ${windowS ?? 30 * DAY_S}::float8)
      and (${component}::text is null or components.name = ${component}::text)
    ) as alarms
    order by at desc, component
    limit ${MOST_ALARMS}::int`;
}

/** Failures since predictions are kept, with the alarms of their component in the hundred horizons before. */
function failuresWarned(sql: Sql, { windowS, component }: InsightsFilter): Statement {
  return sql`
    select
      incidents.failed_at as "failedAt", kept.horizon_s as "horizonS",
      coalesce((
        select json_agg(json_build_object('at', predictions.at, 'level', predictions.level))
        from predictions
        where predictions.component_id = incidents.component_id
        and predictions.kind = 'alarm'
        and predictions.at < incidents.failed_at
        and predictions.at > incidents.failed_at - make_interval(secs => 100 * kept.horizon_s)
      ), '[]'::json) as alarms
    from incidents
    join components on components.id = incidents.component_id
    cross join (
      select min(newest.at) as since, min(newest.horizon_s) as horizon_s
      from (
        (select at, null::real as horizon_s from predictions where kind = 'quiet' order by at limit 1)
        union all
        (select at, null from predictions where kind = 'alarm' order by at limit 1)
        union all
        (select null, horizon_s from predictions order by id desc limit 1)
      ) as newest
    ) as kept
    where incidents.failed_at > now() - make_interval(secs => ${windowS ?? 30 * DAY_S}::float8)
    and incidents.failed_at > kept.since
    and incidents.label is distinct from 'false_alarm'
    and (${component}::text is null or components.name = ${component}::text)
    order by incidents.failed_at desc
    limit ${MOST_FAILURES}::int`;
}

/** What the quality of predictions is measured from: statements for a transaction. */
export function qualityStatements(sql: Sql, filter: InsightsFilter): Statement[] {
  return [outcomesDrawn(sql, filter), newestAlarms(sql, filter), failuresWarned(sql, filter)];
}

/** Three values as the horizons' names have them. */
const three = <T>([first, sixth, last]: [T, T, T]): Record<'1h' | '6h' | '24h', T> => ({
  '1h': first,
  '6h': sixth,
  '24h': last,
});
const label = z.literal([0, 1]).nullable();
const labels = z.tuple([label, label, label]);
const numbers = z.tuple([z.number(), z.number(), z.number()]);
const booleans = z.tuple([z.boolean(), z.boolean(), z.boolean()]);
const level = z.enum(['critical', 'high', 'medium']);

const Judged = { component: z.string(), at: Instant, failed: labels, acted: booleans };

const DrawnRow = z
  .object({ ...Judged, weight: z.number(), p: numbers })
  .transform(({ p, failed, acted, ...rest }) => ({
    ...rest,
    p: three(p),
    labels: three(failed),
    acted: three(acted),
  }));

const AlarmsRow = z.object({ ...Judged, level }).transform(({ failed, acted, ...rest }) => ({
  ...rest,
  labels: three(failed),
  acted: three(acted),
}));

const FailureRow = z.object({
  failedAt: Instant,
  horizonS: z.number(),
  alarms: z.array(z.object({ at: Instant, level })),
});

/** Parse what {@link qualityStatements} answered. */
export function readMeasured([outcomes, alarms, failures]: readonly (readonly Row[])[]): Measured {
  return {
    outcomes: parseRows(DrawnRow, outcomes ?? []),
    alarms: parseRows(AlarmsRow, alarms ?? []),
    failures: parseRows(FailureRow, failures ?? []),
  };
}
