-- One action on one component: its state machine, its proof, and the outbox of messages about it.
-- Written by lib/store/recoveries.ts. Rows are never deleted: they are the audit trail.
create table recoveries (
  id uuid primary key,
  component_id int not null references components (id),
  incident_id uuid references incidents (id),
  step int not null default 0,
  -- Number of the try at the same step.
  attempt int not null default 1,
  action jsonb not null,
  action_name text not null generated always as (action ->> 'name') stored,
  executor text not null check (executor in ('render', 'agent')),
  -- Where the component ran when this was decided: it is carried out nowhere else.
  target jsonb,
  origin text not null check (origin in ('automatic', 'person', 'undo')),
  state text not null check (state in (
    'planned', 'awaiting_approval', 'executing', 'verifying',
    'succeeded', 'failed', 'undone', 'skipped', 'expired')),
  why text not null,
  requested_by text,
  verdicts jsonb not null,
  premise jsonb not null,
  -- Raised by each claim; a write that holds an older one changes nothing.
  token bigint not null default 1,
  attempts int not null default 0,
  claimed_until timestamptz,
  -- When the message for the present state was handed to the queue.
  published_at timestamptz,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  -- When the last call that may have had an effect began.
  called_at timestamptz,
  acted_at timestamptz,
  verify_at timestamptz,
  approve_by timestamptz,
  approved_by text,
  ended_at timestamptz,
  before_state jsonb,
  after_state jsonb,
  inverse jsonb,
  undoes uuid references recoveries (id),
  result jsonb,
  error text,
  proof jsonb,
  constraint recoveries_once unique (incident_id, step, attempt),
  check ((ended_at is not null) = (state in ('succeeded', 'failed', 'undone', 'skipped', 'expired'))),
  check ((state = 'awaiting_approval') <= (approve_by is not null)),
  check ((state = 'verifying') <= (verify_at is not null))
);

-- At most one recovery in flight per component, whatever the code above it believes.
create unique index recoveries_one_in_flight on recoveries (component_id)
  where state in ('planned', 'awaiting_approval', 'executing', 'verifying');

-- The guards count what began lately; insights read newest first.
create index recoveries_newest on recoveries (created_at desc);

-- Cool-downs, limits and the breaker of one component.
create index recoveries_component on recoveries (component_id, created_at desc);

-- An undo is made once; one that came to nothing may be tried again.
create unique index recoveries_one_undo on recoveries (undoes)
  where undoes is not null and state not in ('skipped', 'failed', 'expired');

create table agent_commands (
  recovery_id uuid not null references recoveries (id),
  component_id int not null references components (id),
  instance_id int not null,
  state text not null default 'pending' check (state in ('pending', 'delivered', 'done', 'failed')),
  -- The boot that took it; a later boot of the same instance never gets it.
  boot_id uuid,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  delivered_at timestamptz,
  finished_at timestamptz,
  result jsonb,
  error text,
  primary key (recovery_id, instance_id)
);

-- Each push asks for what waits for its instance.
create index agent_commands_waiting on agent_commands (component_id, instance_id)
  where state in ('pending', 'delivered');

-- Ends the caller's transaction unless a recovery is where the caller has just put it; so what is told
-- of an end is told by whoever ended it.
create function hold_recovery(held_id uuid, held_token bigint, held_state text) returns void
language plpgsql
as $$
begin
  perform 1
  from recoveries
  where id = held_id
  and token = held_token
  and state = held_state
  for update;
  if not found then
    raise exception 'the recovery % has been taken over', held_id using errcode = 'FS001';
  end if;
end
$$;
