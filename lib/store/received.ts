import * as z from 'zod';
import type { Sql } from './sql.js';

const SeenRow = z.object({
  fresh: z.boolean(),
  bodyHash: z.string(),
  status: z.number().nullable(),
  answer: z.string().nullable(),
});

/** What is known of a request with an idempotency key. */
export type Seen = z.infer<typeof SeenRow>;

/**
 * Take a key for a request, or learn what became of the request that has it.
 *
 * A request that never ended gives its key up after `holdS`; one older than a day is forgotten.
 */
export async function takeKey(
  sql: Sql,
  wanted: { scope: string; key: string; bodyHash: string; holdS: number },
): Promise<Seen> {
  const rows = await sql`
    with taken as (
      insert into received as old (scope, key, body_hash, held_until)
      values (
        ${wanted.scope}::text, ${wanted.key}::text, ${wanted.bodyHash}::text,
        now() + make_interval(secs => ${wanted.holdS}::float8))
      on conflict (scope, key) do update
      set
        body_hash = excluded.body_hash, held_until = excluded.held_until, status = null,
        answer = null, received_at = now()
      where (old.status is null and old.held_until <= now() and old.body_hash = excluded.body_hash)
      or old.received_at <= now() - interval '1 day'
      returning body_hash
    )
    select true as fresh, body_hash as "bodyHash", null::int as status, null::text as answer
    from taken
    union all
    select false, body_hash, status, answer
    from received
    where scope = ${wanted.scope}::text
    and key = ${wanted.key}::text
    and not exists (select 1 from taken)`;
  // The row of a racing request is not in this statement's snapshot yet: it is running.
  if (rows[0] === undefined) {
    return { fresh: false, bodyHash: wanted.bodyHash, status: null, answer: null };
  }
  return SeenRow.parse(rows[0]);
}

/** Keep a request's answer for those who repeat it. */
export async function finishKey(
  sql: Sql,
  done: { scope: string; key: string; status: number; answer: string },
): Promise<void> {
  await sql`
    update received
    set status = ${done.status}::int, answer = ${done.answer}::text, held_until = null
    where scope = ${done.scope}::text
    and key = ${done.key}::text`;
}

/** Give a key back: the request failed in a way that a repeat may mend. */
export async function dropKey(sql: Sql, scope: string, key: string): Promise<void> {
  await sql`
    delete from received
    where scope = ${scope}::text
    and key = ${key}::text
    and status is null`;
}

/** Forget what is older than a day. */
export async function forgetReceived(sql: Sql): Promise<void> {
  await sql`
    delete from received
    where received_at < now() - interval '1 day'`;
}
