-- Maintenance windows: recurring or one-off times, on the clock of an IANA zone, in which nothing is done
-- automatically. When one is open is worked out by lib/domain/decide/maintenance; the database knows no rule.
create table maintenance_windows (
  id uuid primary key,
  name text not null,
  -- Just one of: a component, the members of a group, everything.
  component_id int references components (id) on delete cascade,
  peer_group text,
  everything boolean not null default false,
  zone text not null,
  rule jsonb not null,
  -- Whether people are told nothing of incidents meanwhile.
  mute boolean not null default false,
  why text not null,
  created_by text not null,
  created_at timestamptz not null default now(),
  ended_at timestamptz,
  check (num_nonnulls(component_id, peer_group) + everything::int = 1)
);

-- A name stands for one window; the facts of decisions read those that have not been ended.
create unique index maintenance_windows_name on maintenance_windows (name) where ended_at is null;
