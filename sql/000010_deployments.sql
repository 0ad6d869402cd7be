-- Deployments and configuration changes that pipelines report: no healing while one runs, and the
-- first suspect afterwards.
create table deployments (
  id uuid primary key,
  component_id int not null references components (id) on delete cascade,
  version text not null,
  kind text not null default 'deployment' check (kind in ('deployment', 'config')),
  phase text not null check (phase in ('started', 'finished', 'failed')),
  commit_sha text,
  platform_ref text,
  actor text,
  started_at timestamptz not null,
  ended_at timestamptz,
  check ((phase = 'started') = (ended_at is null))
);

-- At most one deployment of a version runs; a repeated report finds it.
create unique index deployments_one_running on deployments (component_id, version, kind)
  where phase = 'started';

-- The decision looks for the newest.
create index deployments_newest on deployments (component_id, started_at desc);

create table alerts (
  source text not null,
  dedup_key text not null,
  component_id int references components (id) on delete cascade,
  severity text not null,
  title text not null,
  status text not null check (status in ('firing', 'resolved')),
  started_at timestamptz not null,
  resolved_at timestamptz,
  seen_at timestamptz not null default now(),
  incident_id uuid references incidents (id),
  primary key (source, dedup_key)
);

-- Alerts that are firing on a component count as bad news in its assessment.
create index alerts_firing on alerts (component_id) where status = 'firing';
