-- What can fail and be healed, how outside tools call it, and its running copies.
-- Written by lib/store/components.ts and by the ingest statement, which registers what is new.
create table components (
  id int generated always as identity primary key,
  name text not null,
  platform jsonb not null default '{"type": "none"}',
  mode text not null default 'observe' check (mode in ('observe', 'approve', 'auto')),
  modes jsonb not null default '{}',
  limits jsonb not null default '{}',
  scale jsonb,
  depends_on text[] not null default '{}',
  peer_group text,
  health_url text,
  labels jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- Removed components keep their id and history; a sample with their name brings them back.
  removed_at timestamptz,
  constraint components_name_form check (name ~ '^[A-Za-z0-9._:-]{1,128}$')
);

-- Ingest resolves names to ids here; also "at most one component of a name".
create unique index components_name on components (name);

-- The in-flight guard looks for members of the same group.
create index components_group on components (peer_group) where peer_group is not null;

create table component_refs (
  source text not null,
  external_id text not null,
  component_id int not null references components (id) on delete cascade,
  primary key (source, external_id)
);

create table instances (
  id int generated always as identity primary key,
  component_id int not null references components (id) on delete cascade,
  name text not null check (name ~ '^[A-Za-z0-9._:-]{1,128}$'),
  -- Set when an agent pushes from this instance: a restart changes it.
  boot_id uuid,
  pushed_at timestamptz,
  constraint instances_one_name unique (component_id, name)
);
