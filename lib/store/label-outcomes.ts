import type { Sql, Statement } from './sql.js';

/**
 * Label the oldest predictions whose farthest horizon has passed, with a sixth of a horizon for what
 * is told late; answers how many.
 *
 * A failure is the first of: an incident that became failing, a breach that an assessment saw, an
 * incident of which a person says that it was real. A person's "false alarm" takes both of the first
 * back, and says of what was predicted from one horizon before it until its end that nothing was
 * coming. Where an action of ours began first, or the component was not seen to the end, and it did
 * not fail all the same, nothing is known. Safe to repeat.
 */
export function labelOutcomes(
  sql: Sql,
  { limit, at = null }: { readonly limit: number; readonly at?: Date | null },
): Statement {
  return sql`
    with due as (
      select
        predictions.id, predictions.component_id, components.name, predictions.at,
        make_interval(secs => predictions.horizon_s) as horizon
      from predictions
      join components on components.id = predictions.component_id
      where predictions.labelled_at is null
      and predictions.at < coalesce(${at?.toISOString() ?? null}::timestamptz, now())
        - make_interval(secs => 24.17 * predictions.horizon_s)
      order by predictions.at, predictions.id
      limit ${limit}::int
    ),
    judged as (
      select
        due.id, due.at, due.horizon, failure.at as failed_at, failure.told_by,
        action.at as acted_at, action.id as recovery_id,
        component_state.last_sample_at as seen_until,
        exists (
          select 1
          from incidents
          where incidents.component_id = due.component_id
          and incidents.label = 'false_alarm'
          and due.at >= incidents.opened_at - due.horizon
          and (incidents.closed_at is null or due.at <= incidents.closed_at)
        ) as was_nothing
      from due
      left join component_state on component_state.component_id = due.component_id
      left join lateral (
        select event.at, event.told_by
        from (
          select
            coalesce(
              incidents.failed_at, greatest(incidents.opened_at, incidents.predicted_failure_at)) as at,
            case when incidents.label = 'real' then 'person' else 'incident' end as told_by
          from incidents
          where incidents.component_id = due.component_id
          and (incidents.failed_at is not null or incidents.label = 'real')
          and incidents.label is distinct from 'false_alarm'
          union all
          select ai_proactive_health.created_at, 'slo'
          from ai_proactive_health
          where ai_proactive_health.component = due.name
          and ai_proactive_health.state = 'failing'
          and not ai_proactive_health.is_current
          and ai_proactive_health.created_at > due.at
          and not exists (
            select 1
            from incidents
            where incidents.component_id = due.component_id
            and incidents.label = 'false_alarm'
            and ai_proactive_health.created_at >= incidents.opened_at
            and (
              incidents.closed_at is null
              or ai_proactive_health.created_at <= incidents.closed_at)
          )
        ) as event
        where event.at > due.at
        and event.at <= due.at + 24 * due.horizon
        order by event.at, event.told_by
        limit 1
      ) as failure on true
      left join lateral (
        select recoveries.id, least(recoveries.called_at, recoveries.acted_at) as at
        from recoveries
        where recoveries.component_id = due.component_id
        and least(recoveries.called_at, recoveries.acted_at) > due.at
        and least(recoveries.called_at, recoveries.acted_at) <= due.at + 24 * due.horizon
        order by least(recoveries.called_at, recoveries.acted_at), recoveries.id
        limit 1
      ) as action on true
    ),
    labels as (
      select
        judged.id, horizons.hours,
        case
          when failed_at <= judged.at + horizons.hours * horizon then 1
          when was_nothing then 0
          when acted_at <= judged.at + horizons.hours * horizon then null
          when seen_until >= judged.at + horizons.hours * horizon then 0
        end as failed
      from judged
      cross join (values (1), (6), (24)) as horizons (hours)
    ),
    written as (
      insert into outcomes (
        prediction_id, failed_1h, failed_6h, failed_24h, labelled_by, failed_at, acted_at)
      select
        judged.id,
        max(labels.failed) filter (where labels.hours = 1),
        max(labels.failed) filter (where labels.hours = 6),
        max(labels.failed) filter (where labels.hours = 24),
        case
          when judged.failed_at is not null then judged.told_by
          when judged.was_nothing then 'person'
          when count(labels.failed) > 0 then 'survived'
        end,
        judged.failed_at, judged.acted_at
      from judged
      join labels on labels.id = judged.id
      group by
        judged.id, judged.failed_at, judged.told_by, judged.was_nothing, judged.acted_at
      on conflict (prediction_id) do update
      set
        failed_1h = excluded.failed_1h, failed_6h = excluded.failed_6h,
        failed_24h = excluded.failed_24h, labelled_by = excluded.labelled_by,
        failed_at = excluded.failed_at, acted_at = excluded.acted_at, at = now()
      returning prediction_id
    ),
    marked as (
      update predictions
      set labelled_at = now(), recovery_id = judged.recovery_id
      from judged
      where predictions.id = judged.id
    )
    select count(*)::int as labelled
    from written`;
}
