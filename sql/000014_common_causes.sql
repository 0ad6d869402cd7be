-- Most components of a group on their way to the same kind of failure: one report instead of one incident each.
-- Written by lib/store/common-causes.ts. Kept for ever: there are few.
create table common_causes (
  id uuid primary key,
  peer_group text not null,
  -- The kind of metric that rises in all of them: memory, disk, cpu, pool, errors, latency.
  kind text not null,
  -- [{componentId, component}] of those that rise.
  members jsonb not null,
  -- Components of the group whose state is known.
  peers int not null,
  began_at timestamptz not null,
  -- Since when too few rise; it ends after a while.
  calm_since timestamptz,
  ended_at timestamptz
);

-- One at a time of each group and kind: a sweep that begins it again changes nothing.
create unique index common_causes_one_open on common_causes (peer_group, kind) where ended_at is null;

-- Lists read newest first.
create index common_causes_newest on common_causes (began_at desc);

-- Ends the caller's transaction unless the causes that last are those that it has read; holds them until
-- commit otherwise, so that each is begun, ended and told once.
create function hold_causes(read_ids uuid[]) returns void
language plpgsql
as $$
begin
  perform 1
  from control
  where id = 1
  for update;
  if (select coalesce(array_agg(id order by id), '{}') from common_causes where ended_at is null)
    is distinct from (select coalesce(array_agg(id order by id), '{}') from unnest(read_ids) as id) then
    raise exception 'the common causes have changed' using errcode = 'FS001';
  end if;
end
$$;
