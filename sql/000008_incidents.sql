-- Periods in which a component is failing or about to, their plan, and their timeline.
-- Written by lib/store/incidents.ts. Kept for a year.
create table incidents (
  id uuid primary key,
  component_id int not null references components (id),
  kind text not null check (kind in ('predicted', 'failing')),
  severity text not null check (severity in ('critical', 'high', 'medium')),
  opened_by text not null check (opened_by in ('prediction', 'samples', 'probe', 'alert', 'person')),
  situation text not null,
  cause text not null,
  plan jsonb not null,
  step int not null default 0,
  needs_person boolean not null default false,
  -- The verdicts that hold the next step back; null while nothing does.
  refusal jsonb,
  premise jsonb not null,
  predicted_failure_at timestamptz,
  opened_at timestamptz not null default now(),
  failed_at timestamptz,
  closed_at timestamptz,
  closed_why text,
  acknowledged_at timestamptz,
  acknowledged_by text,
  label text check (label in ('real', 'false_alarm')),
  labelled_by text,
  check ((closed_at is null) = (closed_why is null))
);

-- At most one open incident per component; opening leans on this.
create unique index incidents_one_open on incidents (component_id) where closed_at is null;

-- Lists and MTTR read newest first.
create index incidents_newest on incidents (opened_at desc);

create table incident_events (
  id bigint generated always as identity primary key,
  incident_id uuid not null references incidents (id) on delete cascade,
  at timestamptz not null default now(),
  kind text not null,
  who text,
  text text not null,
  data jsonb,
  -- Names what is told, so that telling it twice leaves one line.
  event_key text unique
);

-- The timeline of one incident.
create index incident_events_timeline on incident_events (incident_id, id);
