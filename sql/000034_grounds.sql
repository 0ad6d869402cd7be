-- What a component stands on together with others, so that they fail together with it: one vendor, or one
-- cluster. Null for what is only a way to act. As groundOf in lib/domain/ground.ts has it.
create function ground_of(platform jsonb) returns text
language sql immutable
return case
  when platform ->> 'type' in ('none', 'agent', 'webhook', 'mcp', 'github') then null
  when platform ->> 'type' = 'kubernetes'
    then rtrim('kubernetes ' || coalesce(platform ->> 'cluster', ''))
  -- A database at Render stands on Render, as its services do.
  when platform ->> 'type' = 'render_postgres' then 'render'
  else platform ->> 'type'
end;
