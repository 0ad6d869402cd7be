import * as z from 'zod';
import type { Held } from './recovery-progress.js';
import { MaybeInstant, parseRows } from './rows.js';
import type { Sql, Statement } from './sql.js';

/** Note that the message for the present state of these recoveries was handed to the queue. */
export function markPublished(sql: Sql, held: readonly Held[]): Statement {
  return sql`
    update recoveries
    set published_at = now()
    from unnest(
      ${held.map((one) => one.id)}::uuid[],
      ${held.map((one) => one.token)}::bigint[]
    ) as sent (id, token)
    where recoveries.id = sent.id
    and recoveries.token = sent.token
    and recoveries.state in ('planned', 'executing', 'verifying')`;
}

const DueRow = z.object({
  id: z.string(),
  token: z.coerce.number(),
  state: z.enum(['planned', 'executing', 'verifying', 'awaiting_approval']),
  delayS: z.number(),
  /** When a message for this state was handed over that came to nothing; null when none was. */
  publishedAt: MaybeInstant,
});

/** A recovery whose message must be sent (again). */
export type Due = z.infer<typeof DueRow>;

/**
 * Find what the queue does not know of, or has lost: the outbox.
 *
 * Planned and never published, or published long ago without effect; executing with an expired claim;
 * verifying and overdue; approvals whose time is up.
 *
 * @param lostS - how long after its publication a message counts as lost
 */
export async function dueRecoveries(sql: Sql, lostS: number): Promise<Due[]> {
  const rows = await sql`
    select
      id::text, token, state, published_at as "publishedAt",
      greatest(0, coalesce(extract(epoch from (verify_at - now())), 0))::float8 as "delayS"
    from recoveries
    where (
      state = 'planned'
      and (published_at is null or published_at < now() - make_interval(secs => ${lostS}::float8)))
    or (
      state = 'executing'
      and claimed_until <= now()
      and (published_at is null or published_at < now() - make_interval(secs => ${lostS}::float8)))
    or (
      state = 'verifying'
      and (
        published_at is null
        or (
          verify_at < now() - make_interval(secs => ${lostS}::float8)
          and published_at < now() - make_interval(secs => ${lostS}::float8))))
    or (state = 'awaiting_approval' and approve_by <= now())
    order by created_at
    limit 500`;
  return parseRows(DueRow, rows);
}

/**
 * Find what made matters worse and was not undone, because whoever ended it died before it could be. What a
 * person asked for is theirs to take back, and an undo is never undone in turn; one that came to nothing is tried
 * again.
 *
 * @param withinS - how long after its end: later a person, who was asked, may have mended things
 * @returns their ids, the oldest end first
 */
export async function leftUndone(sql: Sql, withinS: number): Promise<string[]> {
  const rows = await sql`
    select worse.id::text
    from recoveries as worse
    where worse.state = 'failed'
    and worse.proof ->> 'verdict' = 'worse'
    and worse.origin = 'automatic'
    and worse.inverse is not null
    and worse.created_at > now() - interval '1 day'
    and worse.ended_at > now() - make_interval(secs => ${withinS}::float8)
    and not exists (
      select 1
      from recoveries as undo
      where undo.undoes = worse.id
      and undo.state not in ('skipped', 'failed', 'expired'))
    order by worse.ended_at
    limit 100`;
  return rows.map((row) => z.string().parse(row['id']));
}
