-- Whether a component could be healed when that was last looked at, action by action.
-- Written by lib/store/heal-checks.ts.
create table heal_checks (
  component_id int primary key references components (id) on delete cascade,
  checked_at timestamptz not null,
  -- {verdict, actions: [{action, by, can, why}]}
  result jsonb not null
);

-- The next look begins with what was looked at longest ago.
create index heal_checks_oldest on heal_checks (checked_at);
