-- What the next sweep needs to know of the past, and the leases of the sweep's shards.
-- Written by lib/store/component-state.ts. Room is left in each page, so that updates stay in it.
create table component_state (
  component_id int primary key references components (id) on delete cascade,
  -- Generation of the shard lease under which the row was last written.
  generation bigint not null default 0,
  memory jsonb not null,
  -- The last assessment as the API shows it.
  assessment jsonb not null,
  -- How good the evidence for acting was then; its age is taken anew at each decision.
  evidence jsonb not null,
  -- The numbers that a decision would rest on: what a recovery is later measured against.
  premise jsonb not null,
  assessed_at timestamptz not null,
  first_sample_at timestamptz,
  last_sample_at timestamptz,
  -- Windows begin here: the last restart, clean-up or rollback changed what the metrics mean.
  reset_at timestamptz,
  -- The hour of the last check row in unified_brain.
  checked_hour timestamptz
) with (fillfactor = 50);

create table sweep_shards (
  shard int primary key,
  generation bigint not null,
  -- The second in which the interval began that the lease was last taken for.
  tick bigint not null,
  -- That of the interval that was swept last, to its end: the same interval is never swept twice.
  done_tick bigint,
  leased_until timestamptz not null
);

-- Ends the caller's transaction when its lease of a shard has been taken over; holds it until commit otherwise.
create function hold_shard(held_shard int, held_generation bigint) returns void
language plpgsql
as $$
begin
  perform 1
  from sweep_shards
  where shard = held_shard
  and generation = held_generation
  for update;
  if not found then
    raise exception 'the lease of shard % has been taken over', held_shard using errcode = 'FS001';
  end if;
end
$$;
