-- A component may name its database, where its connections are reset; null where that is its platform's matter.
-- Written by lib/store/component-config.ts; kept with a recovery by lib/store/recovery-claims.ts.
alter table components
  add column database jsonb;
