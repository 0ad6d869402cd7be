-- The reference document's health table: one current row per component, and a row per material change.
-- A table of that name with rows in it is adopted as it is.
create table if not exists ai_proactive_health (
  id uuid primary key default gen_random_uuid(),
  component varchar(255) not null,
  health_score float default 100.0,
  trend varchar(20) default 'stable',
  predicted_failure_time timestamptz,
  failure_probability float default 0.0,
  metrics jsonb default '{}'::jsonb,
  warnings jsonb default '[]'::jsonb,
  created_at timestamptz default now(),
  updated_at timestamptz default now()
);

alter table ai_proactive_health
  add column if not exists is_current boolean not null default false,
  add column if not exists state text,
  add column if not exists reasons jsonb not null default '[]'::jsonb;

-- No data is not health: the score may be unknown.
alter table ai_proactive_health alter column health_score drop default;

-- The sweep's upsert of the current row.
create unique index if not exists ai_proactive_health_current
  on ai_proactive_health (component) where is_current;

-- History of one component, newest first.
create index if not exists ai_proactive_health_newest
  on ai_proactive_health (component, created_at desc);
