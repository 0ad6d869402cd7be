-- The component that can take another's place.
alter table components add column standby text;

-- What is known of each standby, by the component whose place it takes.
create view standbys as
select
  components.id as component_id, components.standby as name,
  own.id is not null as is_registered, own.health_url is not null as has_health_url,
  component_state.assessment ->> 'state' as state, component_state.assessed_at,
  coalesce((component_state.memory ->> 'failedProbes')::int, 0) as failed_probes,
  exists (
    select 1
    from incidents
    where incidents.component_id = own.id
    and incidents.closed_at is null
  ) as has_incident,
  -- Where the newest failover has led, whatever came of its verification.
  (
    select recoveries.action ->> 'to'
    from recoveries
    where recoveries.component_id = components.id
    and recoveries.action_name = 'fail_over'
    and recoveries.acted_at is not null
    -- What its executor reported as failed has led nowhere.
    and coalesce(recoveries.result ->> 'success', 'true') <> 'false'
    order by recoveries.acted_at desc
    limit 1
  ) as served_by
from components
left join components as own on own.name = components.standby and own.removed_at is null
left join component_state on component_state.component_id = own.id
where components.standby is not null
and components.removed_at is null;
