-- Recoveries are carried out at Neon, too.
-- Read and written by lib/store/recoveries.ts; the names are those of lib/domain/decide/recovery.ts.
alter table recoveries
  drop constraint recoveries_executor_check,
  add constraint recoveries_executor_check check (
    executor in ('render', 'vercel', 'github', 'webhook', 'fly', 'mcp', 'kubernetes', 'neon', 'agent'));
