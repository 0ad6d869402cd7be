-- The reference document's record of rollbacks. A table of that name with rows in it is adopted as it is.
create table if not exists ai_rollback_history (
  id uuid primary key default gen_random_uuid(),
  component varchar(255) not null,
  rollback_type varchar(50) not null,
  from_state jsonb,
  to_state jsonb,
  success boolean default false,
  error_message text,
  executed_at timestamptz default now()
);

-- One row per recovery, however often it is recorded.
alter table ai_rollback_history add column if not exists recovery_id uuid;

create unique index if not exists ai_rollback_history_recovery on ai_rollback_history (recovery_id);

create index if not exists ai_rollback_history_newest
  on ai_rollback_history (component, executed_at desc);
