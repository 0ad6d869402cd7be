-- The installation's switch and settings, freezes, keys, and who changed what.
-- decision_version is raised by every claim of a recovery and by every change that a decision
-- depends on: a claim made on older facts takes nothing.
create table control (
  id int primary key default 1 check (id = 1),
  paused boolean not null default false,
  paused_why text,
  settings jsonb not null default '{}',
  decision_version bigint not null default 1,
  -- Set while so many components are bad at once that automatic action has stopped.
  storm_since timestamptz,
  calm_since timestamptz,
  last_sweep_at timestamptz,
  last_sweep jsonb,
  updated_at timestamptz not null default now(),
  updated_by text
);

insert into control (id) values (1);

-- Ends the caller's transaction unless the state of the storm is the one that it has read, to the
-- millisecond; holds it until commit otherwise.
create function hold_storm(read_storm timestamptz, read_calm timestamptz) returns void
language plpgsql
as $$
begin
  perform 1
  from control
  where id = 1
  and date_trunc('milliseconds', storm_since) is not distinct from read_storm
  and date_trunc('milliseconds', calm_since) is not distinct from read_calm
  for update;
  if not found then
    raise exception 'the state of the storm has changed' using errcode = 'FS001';
  end if;
end
$$;

create table freezes (
  id uuid primary key,
  -- null freezes every component.
  component_id int references components (id) on delete cascade,
  why text not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  created_by text not null,
  created_at timestamptz not null default now(),
  lifted_at timestamptz,
  check (ends_at > starts_at)
);

-- The freeze guard asks for those in force.
create index freezes_in_force on freezes (ends_at) where lifted_at is null;

create table api_keys (
  id uuid primary key,
  name text not null,
  scopes text[] not null,
  component text,
  expires_at timestamptz,
  created_by text not null,
  created_at timestamptz not null default now(),
  revoked_at timestamptz,
  revoked_by text
);

-- Authentication keeps the list of revoked keys for a minute.
create index api_keys_revoked on api_keys (revoked_at) where revoked_at is not null;

create table audit (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  who text not null,
  what text not null,
  why text,
  detail jsonb not null default '{}'
);

-- Requests and deliveries seen in the last day, with the answer that a repeat gets.
create table received (
  scope text not null,
  key text not null,
  body_hash text not null,
  status int,
  answer text,
  received_at timestamptz not null default now(),
  -- A request that never ended may be taken over after this.
  held_until timestamptz,
  primary key (scope, key)
);

-- The daily clean-up.
create index received_oldest on received (received_at);

create table webhook_secrets (
  id uuid primary key,
  source text not null check (source ~ '^[a-z0-9-]{1,40}$'),
  -- Sealed: tools that sign need the secret itself to be known.
  sealed text not null,
  created_by text not null,
  created_at timestamptz not null default now(),
  revoked_at timestamptz
);

-- Each delivery asks for its source's secrets.
create index webhook_secrets_source on webhook_secrets (source) where revoked_at is null;
