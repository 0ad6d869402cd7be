-- The ledger of known states: what was live of each component, with which configuration (sealed), and how
-- healthy it was then; and what a recovery must know and nobody may see. Written by lib/store/known-states.ts.
-- At most 50 rows of one component, some 10 kB each where a configuration is large.
create table known_states (
  id bigint generated always as identity primary key,
  component_id int not null references components (id) on delete cascade,
  -- Where it ran: states of another place are no way back.
  target text not null,
  -- The platform's id of what was live.
  deployment_id text not null,
  version text not null,
  -- When the platform made it live: what came later may be blamed on it.
  live_from timestamptz not null,
  -- An HMAC, so that a change can be seen and no value be guessed; null where the platform does not tell.
  fingerprint text,
  sealed_config text,
  instances int check (instances >= 0),
  first_seen timestamptz not null,
  last_seen timestamptz not null,
  -- Whether the component was healthy when it was last seen.
  healthy boolean not null,
  healthy_minutes float8 not null default 0 check (healthy_minutes >= 0),
  incidents int not null default 0,
  -- Those of them that were blamed on it.
  blamed int not null default 0,
  -- Raised by each look; one that read an older number changes nothing.
  looks int not null default 1,
  check ((fingerprint is null) = (sealed_config is null)),
  check (blamed between 0 and incidents),
  -- Also reads the states of one component.
  constraint known_states_once unique (component_id, target, deployment_id)
);

-- Whose turn it is to be looked at; also after a look that failed.
create table known_state_looks (
  component_id int primary key references components (id) on delete cascade,
  looked_at timestamptz not null
);

-- Sealed: variables before and after a change of configuration.
alter table recoveries add column sealed text;
