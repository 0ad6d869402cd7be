-- What the status pages of providers said when they were last read: one row for each that is followed.
-- Written by lib/store/provider-status.ts.
create table provider_status (
  provider text primary key,
  -- {indicator, description, parts: [{name, status}]}; null while it never could be read.
  page jsonb,
  checked_at timestamptz not null,
  read_at timestamptz,
  -- Since when it says what it says.
  changed_at timestamptz not null
);

-- Providers that a component leans on besides its platform, and parts of their pages: render/Oregon.
alter table components add column providers text[] not null default '{}';
