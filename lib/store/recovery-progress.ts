import type { Action } from '../domain/decide/action.js';
import type { Recovery } from '../domain/decide/recovery.js';
import type { Sql, Statement } from './sql.js';

/** Who holds a recovery: every write of an executor says so, and changes nothing once it is superseded. */
export interface Held {
  readonly id: string;
  readonly token: number;
}

/**
 * Keep what the executor found before it acts, and that it calls now; answers nothing when the claim was
 * taken over, or everything is paused.
 */
export function keepPrepared(
  sql: Sql,
  held: Held,
  prepared: {
    before: Readonly<Record<string, unknown>> | null;
    after: Readonly<Record<string, unknown>> | null;
    inverse: Action | null;
    sealed?: string | null;
  },
): Statement {
  return sql`
    update recoveries
    set
      before_state = ${jsonOrNull(prepared.before)}::jsonb,
      after_state = ${jsonOrNull(prepared.after)}::jsonb,
      inverse = ${jsonOrNull(prepared.inverse)}::jsonb,
      sealed = ${prepared.sealed ?? null}::text,
      called_at = now()
    where id = ${held.id}::uuid
    and token = ${held.token}::bigint
    and state = 'executing'
    and exists (select 1 from control where control.id = 1 and not control.paused)
    returning id::text`;
}

/**
 * Keep that the executor calls once more; answers nothing when the claim was taken over, or everything is
 * paused.
 */
export function keepCall(sql: Sql, held: Held): Statement {
  return sql`
    update recoveries
    set called_at = now()
    where id = ${held.id}::uuid
    and token = ${held.token}::bigint
    and state = 'executing'
    and exists (select 1 from control where control.id = 1 and not control.paused)
    returning id::text`;
}

/**
 * Keep that the executor puts back what is half done, and hold the claim for that, where there is one; answers nothing
 * when it was taken over, or everything is paused.
 */
export function keepPutBack(sql: Sql, held: Held, claimS: number): Statement {
  return sql`
    update recoveries
    set
      called_at = now(),
      claimed_until = case
        when state = 'executing' then now() + make_interval(secs => ${claimS}::float8)
      end
    where id = ${held.id}::uuid
    and token = ${held.token}::bigint
    and state in ('executing', 'verifying')
    and exists (select 1 from control where control.id = 1 and not control.paused)
    returning id::text`;
}

const jsonOrNull = (value: object | null): string | null =>
  value === null ? null : JSON.stringify(value);

/**
 * Let another attempt take over at once: this one failed in a way that a second try may mend.
 *
 * @param calledAt - when the last call was made that may have had an effect; as it is kept, by default
 *
 * The queue brings the message again by itself, in its own time: only when that is lost does the outbox
 * send another, which would use up an attempt too early.
 */
export function releaseExecution(
  sql: Sql,
  held: Held,
  error: string,
  calledAt?: Date | null,
): Statement {
  const isKept = calledAt === undefined;
  return sql`
    update recoveries
    set
      claimed_until = now(), error = ${error}::text, published_at = now(),
      called_at = case
        when ${isKept}::bool then called_at
        else ${calledAt?.toISOString() ?? null}::timestamptz
      end
    where id = ${held.id}::uuid
    and token = ${held.token}::bigint
    and state = 'executing'
    returning id::text`;
}

/** Record that the action was carried out; it is verified after its settling time. */
export function recordActed(
  sql: Sql,
  held: Held,
  acted: { result: Readonly<Record<string, unknown>>; settleS: number },
): Statement {
  return sql`
    update recoveries
    set
      state = 'verifying', acted_at = now(), claimed_until = null, error = null,
      result = ${JSON.stringify(acted.result)}::jsonb, published_at = null,
      verify_at = now() + make_interval(secs => ${acted.settleS}::float8)
    where id = ${held.id}::uuid
    and token = ${held.token}::bigint
    and state = 'executing'
    returning id::text`;
}

/**
 * Put a verification off: what it needs is not there yet. The first instant it was due is kept.
 *
 * @param notes - what the next one must know
 */
export function postponeVerification(
  sql: Sql,
  held: Held,
  delayS: number,
  notes: Readonly<Record<string, unknown>> = {},
): Statement {
  return sql`
    update recoveries
    set
      proof = jsonb_build_object('first_verify_at', verify_at) || coalesce(proof, '{}')
        || ${JSON.stringify(notes)}::jsonb,
      verify_at = now() + make_interval(secs => ${delayS}::float8), published_at = null,
      token = token + 1
    where id = ${held.id}::uuid
    and token = ${held.token}::bigint
    and state = 'verifying'
    returning id::text`;
}

/**
 * End a recovery from one of some states, once; answers nothing when it was not in one of them.
 *
 * What is skipped was not begun, even if it was being prepared: its step has not been tried.
 */
export function endRecovery(
  sql: Sql,
  held: Held,
  end: {
    from: readonly Recovery['state'][];
    to: 'succeeded' | 'failed' | 'undone' | 'skipped' | 'expired';
    error: string | null;
    proof?: Readonly<Record<string, unknown>> | null;
    result?: Readonly<Record<string, unknown>> | null;
  },
): Statement {
  return sql`
    update recoveries
    set
      state = ${end.to}::text, ended_at = now(), claimed_until = null, token = token + 1,
      error = ${end.error}::text,
      started_at = case when ${end.to}::text = 'skipped' then null else started_at end,
      proof = coalesce(${jsonOrNull(end.proof ?? null)}::jsonb, proof),
      result = coalesce(${jsonOrNull(end.result ?? null)}::jsonb, result)
    where id = ${held.id}::uuid
    and token = ${held.token}::bigint
    and state = any (${end.from}::text[])
    returning id::text`;
}

/** Turn a failed recovery into an undone one, after its inverse has been carried out. */
export function markUndone(sql: Sql, id: string): Statement {
  return sql`
    update recoveries
    set state = 'undone', token = token + 1
    where id = ${id}::uuid
    and state in ('failed', 'succeeded')`;
}

/** Ends the transaction (FS001) unless the recovery is where the statements before have put it. */
export function holdRecovery(sql: Sql, held: Held, state: Recovery['state']): Statement {
  return sql`select hold_recovery(${held.id}::uuid, ${held.token}::bigint, ${state}::text)`;
}
