-- A database at Render stands on Render, as its services do. As groundOf in lib/domain/ground.ts has it.
create or replace function ground_of(platform jsonb) returns text
language sql immutable
return case
  when platform ->> 'type' in ('none', 'agent', 'webhook', 'mcp', 'github') then null
  when platform ->> 'type' = 'kubernetes'
    then rtrim('kubernetes ' || coalesce(platform ->> 'cluster', ''))
  when platform ->> 'type' = 'render_postgres' then 'render'
  else platform ->> 'type'
end;
