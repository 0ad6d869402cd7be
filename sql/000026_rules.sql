-- Healing rules as data: which plan, mode and limits hold for which trouble. What a rule means is known by
-- lib/domain/decide/rules alone. Each version is a row that is never changed but to end it, so that what
-- held at any time can be told.
create table rules (
  -- Of this version; plans name the version that made them.
  id uuid primary key,
  -- Of the rule through all its versions.
  rule_id uuid not null,
  name text not null,
  enabled boolean not null,
  priority int not null,
  rule jsonb not null,
  created_by text not null,
  created_at timestamptz not null default now(),
  ended_at timestamptz
);

-- A name stands for one rule.
create unique index rules_name on rules (name) where ended_at is null;
-- A rule has one version in force; changing and ending it look it up.
create unique index rules_in_force on rules (rule_id) where ended_at is null;
