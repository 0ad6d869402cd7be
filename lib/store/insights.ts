import * as z from 'zod';
import type { Measured } from '../domain/learn/quality.js';
import type { InsightsFilter } from './insights-filter.js';
import { qualityStatements, readMeasured } from './quality.js';
import { parseRows } from './rows.js';
import type { Sql, Statement } from './sql.js';

const TopAction = z.object({
  action_type: z.string().nullable(),
  count: z.coerce.number(),
  successes: z.coerce.number(),
  success_rate: z.coerce.number(),
});

const Intervened = z.object({
  component: z.string().nullable(),
  interventions: z.coerce.number(),
  actions_taken: z.array(z.string()),
  /** Rows that tell of an action, not of a check. */
  actions: z.coerce.number(),
});

const Accuracy = z.object({
  date: z.string(),
  predictions: z.coerce.number(),
  avg_probability: z.coerce.number().nullable(),
  critical_warnings: z.coerce.number(),
});

const Summary = z.object({
  incidents: z.number(),
  closed: z.number(),
  failing_closed: z.number(),
  mttr_s: z.number().nullable(),
  /** Incidents that failed, predicted or not. */
  failed: z.number(),
  predicted_closed: z.number(),
  predicted_duration_s: z.number().nullable(),
  needed_person: z.number(),
  prevented: z.number(),
  acted_on: z.number(),
  actions: z.number(),
  succeeded: z.number(),
});

/** What insights show, as measured. */
export interface Insights {
  readonly top_actions: z.infer<typeof TopAction>[];
  readonly most_interventions: z.infer<typeof Intervened>[];
  readonly prediction_accuracy: z.infer<typeof Accuracy>[];
  readonly summary: z.infer<typeof Summary>;
  /** What the quality of the predictions is measured from. */
  readonly measured: Measured;
}

const DAY_S = 86_400;

function topActions(sql: Sql, { windowS, component }: InsightsFilter): Statement {
  return sql`
    select
      action_type, count(*) as count,
      sum(case when success then 1 else 0 end) as successes,
      avg(case when success then 1 else 0 end)::float8 as success_rate
    from unified_brain
    where agent_name like '%self_healing%'
    and executed_at > now() - make_interval(secs => ${windowS ?? DAY_S}::float8)
    and (${component}::text is null or metadata ->> 'component' = ${component}::text)
    group by action_type
    order by count desc, action_type
    limit 100`;
}

function mostInterventions(sql: Sql, { windowS, component }: InsightsFilter): Statement {
  return sql`
    select
      metadata ->> 'component' as component, count(*) as interventions,
      coalesce(
        array_agg(distinct action_type::text) filter (where action_type is not null), '{}'
      ) as actions_taken,
      count(*) filter (where agent_name = 'enhanced_self_healing') as actions
    from unified_brain
    where agent_name like '%self_healing%'
    and executed_at > now() - make_interval(secs => ${windowS ?? 7 * DAY_S}::float8)
    and (${component}::text is null or metadata ->> 'component' = ${component}::text)
    group by metadata ->> 'component'
    order by interventions desc, component
    limit 10`;
}

function predictionAccuracy(sql: Sql, { windowS, component }: InsightsFilter): Statement {
  return sql`
    select
      to_char(date(executed_at at time zone 'UTC'), 'YYYY-MM-DD') as date,
      count(*) as predictions,
      avg((output_data ->> 'failure_probability')::float8) as avg_probability,
      count(*) filter (
        where (output_data ->> 'failure_probability')::float8 > 0.5) as critical_warnings
    from unified_brain
    where action_type = 'proactive_health_check'
    and executed_at > now() - make_interval(secs => ${windowS ?? 30 * DAY_S}::float8)
    and (${component}::text is null or metadata ->> 'component' = ${component}::text)
    group by date(executed_at at time zone 'UTC')
    order by date desc
    limit 400`;
}

/**
 * MTTR counts incidents that were failing, from opening to closing; predicted-only ones stand apart.
 * An incident needed a person when one was asked, approved, or acted by hand. Prevented is an upper
 * bound: predicted at level critical, acted on with success, and closed without ever failing.
 */
function summary(sql: Sql, { windowS, component }: InsightsFilter): Statement {
  return sql`
    with chosen as (
      select
        incidents.id, incidents.component_id, incidents.kind, incidents.severity,
        incidents.needs_person, incidents.failed_at, incidents.opened_at, incidents.closed_at
      from incidents
      join components on components.id = incidents.component_id
      where incidents.opened_at > now() - make_interval(secs => ${windowS ?? 30 * DAY_S}::float8)
      and incidents.closed_why is distinct from 'the component was removed'
      and (${component}::text is null or components.name = ${component}::text)
    ),
    acted as (
      select
        recoveries.id, recoveries.incident_id, recoveries.component_id, recoveries.origin,
        recoveries.state, recoveries.approved_by, recoveries.created_at
      from recoveries
      join components on components.id = recoveries.component_id
      where recoveries.acted_at is not null
      and recoveries.created_at > now() - make_interval(secs => ${windowS ?? 30 * DAY_S}::float8)
      and (${component}::text is null or components.name = ${component}::text)
    ),
    judged as (
      select
        chosen.kind, chosen.severity, chosen.opened_at, chosen.closed_at, chosen.failed_at,
        chosen.needs_person or exists (
          select 1
          from recoveries
          where recoveries.component_id = chosen.component_id
          and recoveries.created_at between chosen.opened_at and coalesce(chosen.closed_at, now())
          and (recoveries.origin = 'person' or recoveries.approved_by is not null)
        ) as needed_person,
        exists (select 1 from acted where acted.incident_id = chosen.id) as acted_on,
        exists (
          select 1 from acted where acted.incident_id = chosen.id and acted.state = 'succeeded'
        ) as healed
      from chosen
    )
    select
      count(*)::int as incidents,
      count(closed_at)::int as closed,
      (count(*) filter (where kind = 'failing' and closed_at is not null))::int as failing_closed,
      (avg(extract(epoch from (closed_at - opened_at))) filter (
        where kind = 'failing' and closed_at is not null))::float8 as mttr_s,
      count(failed_at)::int as failed,
      (count(*) filter (where kind = 'predicted' and closed_at is not null))::int
        as predicted_closed,
      (avg(extract(epoch from (closed_at - opened_at))) filter (
        where kind = 'predicted' and closed_at is not null))::float8 as predicted_duration_s,
      (count(*) filter (where closed_at is not null and needed_person))::int as needed_person,
      (count(*) filter (
        where kind = 'predicted' and severity = 'critical' and healed
        and failed_at is null and closed_at is not null))::int as prevented,
      (count(*) filter (where acted_on))::int as acted_on,
      (select count(*)::int from acted) as actions,
      (select count(*)::int from acted where state = 'succeeded') as succeeded
    from judged`;
}

/** Read the document's three tables, the summary, and what the predictions' quality is measured from. */
export async function readInsights(sql: Sql, filter: InsightsFilter): Promise<Insights> {
  const [top, most, accuracy, sums, ...measured] = await sql.transaction([
    topActions(sql, filter),
    mostInterventions(sql, filter),
    predictionAccuracy(sql, filter),
    summary(sql, filter),
    ...qualityStatements(sql, filter),
  ]);
  return {
    top_actions: parseRows(TopAction, top ?? []),
    most_interventions: parseRows(Intervened, most ?? []),
    prediction_accuracy: parseRows(Accuracy, accuracy ?? []),
    summary: Summary.parse(sums?.[0]),
    measured: readMeasured(measured),
  };
}
