import * as z from 'zod';
import type { SessionLimits, SessionsFound } from '../domain/sessions.js';
import { parseFirst } from './rows.js';
import { askTeam, type TeamDatabase } from './team-database.js';

const number = z.coerce.number();

const FoundRow = z.object({
  connections: number,
  max_connections: number,
  in_transaction: number,
  lock_wait: number,
  active: number,
  idle: number,
  not_permitted: number,
  ended: z.array(z.string()).nullable(),
});

/** What is looked for, and whether it is ended. */
export interface SessionSweep {
  /** The database; null is the connection's own. */
  readonly database: string | null;
  /** The role; null is any. */
  readonly role: string | null;
  readonly limits: SessionLimits;
  readonly end: boolean;
}

/** Sessions that one sweep ends, at most: the longest stuck first. */
const MOST = 200;

/**
 * Judge the sessions of a database, and end those that are stuck, all in one statement.
 *
 * Never ended are: the connection's own session, what is no client (replication, vacuum, workers), sessions
 * of superusers, of `pg_…` roles and of Neon's own, and those whose state or role the connection's role has no
 * say over. Whoever waits for a lock is left alone in a sweep that ends an open transaction, which most often
 * holds it; waits for advisory locks are meant to be long. Safe to repeat.
 *
 * @see https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-SIGNAL for who may end whom
 * @see https://neon.com/docs/manage/roles "Protected role names"
 */
export function sweepSessions(team: TeamDatabase, sweep: SessionSweep): Promise<SessionsFound> {
  return askTeam(team, async (sql) => {
    const { limits } = sweep;
    const rows = await sql`
      with clients as materialized (
        select pid, usesysid, usename, datname, state, backend_start, state_change, query_start
        from pg_stat_activity
        where backend_type = 'client backend'
      ),
      server as (
        select count(*) as connections, current_setting('max_connections')::int as max_connections
        from clients
      ),
      waits as (
        select pid, min(waitstart) as since
        from pg_locks
        where not granted
        and locktype <> 'advisory'
        group by pid
      ),
      judged as materialized (
        select
          clients.pid, clients.pid || '@' || extract(epoch from clients.backend_start) as name,
          coalesce(waits.since, clients.state_change) as since,
          pg_has_role(clients.usesysid, 'usage') or pg_has_role('pg_signal_backend', 'usage') as permitted,
          case
            when clients.state like 'idle in transaction%'
              and clients.state_change < now() - make_interval(secs => ${limits.inTransactionS}::float8)
              then 'in_transaction'
            when waits.since < now() - make_interval(secs => ${limits.lockWaitS}::float8)
              then 'lock_wait'
            when clients.state = 'active'
              and ${limits.activeS}::float8 > 0
              and clients.query_start < now() - make_interval(secs => ${limits.activeS}::float8)
              then 'active'
            when clients.state = 'idle'
              and server.connections >= server.max_connections * ${limits.crowdedShare}::float8
              and clients.state_change < now() - make_interval(secs => ${limits.idleS}::float8)
              then 'idle'
          end as reason
        from clients
        cross join server
        join pg_roles on pg_roles.oid = clients.usesysid and not pg_roles.rolsuper
        left join waits on waits.pid = clients.pid
        where clients.pid <> pg_backend_pid()
        and clients.datname = coalesce(${sweep.database}::text, current_database())
        and (${sweep.role}::text is null or clients.usename = ${sweep.role}::text)
        and clients.usename !~ '^pg_'
        and clients.usename not in ('neon_superuser', 'cloud_admin', 'zenith_admin')
      ),
      chosen as materialized (
        select pid, name, reason
        from judged
        where reason is not null
        and permitted
        and (
          reason <> 'lock_wait'
          or not exists (
            select 1
            from judged as holders
            where holders.reason = 'in_transaction'
            and holders.permitted))
        order by since
        limit ${MOST}::int
      ),
      told as materialized (
        select name, reason, case when ${sweep.end}::bool then pg_terminate_backend(pid) end as ended
        from chosen
      )
      select
        server.connections, server.max_connections,
        (select count(*) from told where reason = 'in_transaction') as in_transaction,
        (select count(*) from told where reason = 'lock_wait') as lock_wait,
        (select count(*) from told where reason = 'active') as active,
        (select count(*) from told where reason = 'idle') as idle,
        (select count(*) from judged where reason is not null and not permitted) as not_permitted,
        (select json_agg(name order by name) from told where ended) as ended
      from server`;
    const { connections, max_connections, not_permitted, ended, ...stuck } = first(rows);
    return { connections, max_connections, stuck, not_permitted, ended: ended ?? [] };
  });
}

function first(rows: readonly Record<string, unknown>[]): z.infer<typeof FoundRow> {
  const row = parseFirst(FoundRow, rows);
  if (row === null) throw new RangeError('a statement of one row answered none');
  return row;
}

/** Count which of some sessions, by their names, are still there. */
export function countSessions(team: TeamDatabase, names: readonly string[]): Promise<number> {
  return askTeam(team, async (sql) => {
    const rows = await sql`
      select count(*) as sessions
      from pg_stat_activity
      where pid || '@' || extract(epoch from backend_start) = any (${names}::text[])`;
    return parseFirst(z.object({ sessions: number }), rows)?.sessions ?? 0;
  });
}
