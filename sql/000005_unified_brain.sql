-- The reference document's log of everything that was checked, decided and done.
-- A table of that name with rows in it is adopted as it is.
create table if not exists unified_brain (
  id uuid primary key default gen_random_uuid(),
  agent_name varchar(255),
  action_type varchar(255),
  input_data jsonb,
  output_data jsonb,
  success boolean,
  metadata jsonb,
  executed_at timestamptz default now()
);

-- Names what a row tells of, so that telling it twice leaves one row.
alter table unified_brain add column if not exists event_key text;

create unique index if not exists unified_brain_event on unified_brain (event_key);

-- The analytics read by time.
create index if not exists unified_brain_newest on unified_brain (executed_at desc);

-- Insights of one component.
create index if not exists unified_brain_component
  on unified_brain ((metadata ->> 'component'), executed_at desc);
