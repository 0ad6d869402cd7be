-- Versions of what was learned from outcomes, at most one of them in force; none is the identity.
-- Written by lib/store/calibrations.ts. Rows are never deleted: predictions name their version.
create table calibrations (
  version int generated always as identity primary key,
  -- The predictor whose probabilities it maps.
  model text not null,
  body jsonb not null,
  -- How many outcomes it was made from, and how it did on those that were held out.
  made_from jsonb not null,
  why text not null,
  -- The UTC day it was learned on: one a day, however often the day's work is repeated.
  learned_on date not null,
  created_at timestamptz not null default now(),
  is_active boolean not null default false,
  -- A person went back from it: it is never chosen again by itself.
  rolled_back_at timestamptz,
  rolled_back_by text,
  rolled_back_why text,
  constraint calibrations_once_a_day unique (model, learned_on),
  check ((rolled_back_at is null) = (rolled_back_by is null)),
  check (not (is_active and rolled_back_at is not null))
);

-- At most one is in force; every sweep reads it with the control row.
create unique index calibrations_one_active on calibrations (is_active) where is_active;

-- Ends the caller's transaction unless the calibration in force is the one that it has read (0 for
-- none); holds others off until commit otherwise.
create function hold_calibration(read_version int) returns void
language plpgsql
as $$
begin
  perform 1
  from control
  where id = 1
  for update;
  if coalesce((select version from calibrations where is_active), 0) <> read_version then
    raise exception 'the calibration in force has changed' using errcode = 'FS001';
  end if;
end
$$;
