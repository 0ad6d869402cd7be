-- Recoveries are carried out on Postgres at Render, too.
-- Read and written by lib/store/recoveries.ts; the names are those of lib/domain/decide/recovery.ts.
alter table recoveries
  drop constraint recoveries_executor_check,
  add constraint recoveries_executor_check check (
    executor in (
      'render', 'render_postgres', 'vercel', 'github', 'webhook', 'fly', 'mcp', 'kubernetes', 'neon',
      'agent'));
