import type { TellingEvent } from '../domain/notify/next-telling.js';
import type { Sql, Statement } from './sql.js';

/**
 * Who holds a notification: a write of one who was superseded changes nothing. Each end raises the token, so
 * that whoever had read the row before it cannot claim what was settled meanwhile.
 */
interface Held {
  readonly id: string;
  readonly token: number;
}

/** Keep that a channel was told, and where the message stands now. */
export function keepTold(
  sql: Sql,
  held: Held,
  told: {
    readonly event: TellingEvent;
    readonly shape: string;
    readonly asks: string | null;
    /** What people were drawn to by it. */
    readonly called: readonly string[];
    readonly flapping: boolean;
    readonly place: Readonly<Record<string, string>> | null;
  },
): Statement {
  return sql`
    update notifications
    set
      token = token + 1, shape = ${told.shape}::text, asks = ${told.asks}::uuid,
      place = ${told.place === null ? null : JSON.stringify(told.place)}::jsonb,
      told_at = now(),
      announced_at = case when ${told.event}::text in ('opened', 'escalated', 'reminded')
        then now() else announced_at end,
      called_for = called_for || ${told.called}::text[],
      frozen_at = case when ${told.flapping}::bool then coalesce(frozen_at, now()) end,
      ended_at = case when ${told.event}::text = 'closed' then now() end,
      pending_event = null, pending_shape = null, pending_at = null, unsure_since = null,
      refused_shape = null, failures = 0, retry_at = null, error = null, claimed_until = null
    where id = ${held.id}::uuid
    and token = ${held.token}::bigint`;
}

/**
 * Keep that a try has failed, and when the next one is due: after 15 s, twice as long each time, at most
 * 15 min; or when the channel says.
 *
 * @param failed.unsureSince - since when nobody knows whether a try had an effect; null when all had none
 * @param failed.refusedShape - what the channel did not take; null when a second try of anything may help
 */
export function keepFailed(
  sql: Sql,
  held: Held,
  failed: {
    readonly why: string;
    readonly retryAfterS: number | null;
    readonly unsureSince: Date | null;
    readonly refusedShape: string | null;
  },
): Statement {
  return sql`
    update notifications
    set
      token = token + 1, failures = failures + 1, error = ${failed.why}::text,
      retry_at = now() + make_interval(secs => coalesce(
        ${failed.retryAfterS}::float8, least(900, 15 * power(2, least(failures, 10))))),
      unsure_since = ${failed.unsureSince?.toISOString() ?? null}::timestamptz,
      refused_shape = ${failed.refusedShape}::text, claimed_until = null
    where id = ${held.id}::uuid
    and token = ${held.token}::bigint`;
}

/** Keep that a message is not there any more, so that it is told anew where it is still worth it. */
export function forgetPlace(sql: Sql, held: Held): Statement {
  return sql`
    update notifications
    set
      token = token + 1, place = null, shape = null, asks = null, unsure_since = null, pending_event = null,
      pending_shape = null, pending_at = null, claimed_until = null
    where id = ${held.id}::uuid
    and token = ${held.token}::bigint`;
}

/**
 * Put off the next repeat of what was told of an open incident, on all channels alike; answers nothing where
 * nothing was told.
 *
 * @param snooze.repeatS - how long after the last announcement it would be due
 * @param snooze.forS - how long after that, or from now on where it is due already, it comes
 */
export function snoozeNotifications(
  sql: Sql,
  snooze: {
    readonly incidentId: string;
    readonly repeatS: number;
    readonly forS: number;
    readonly who: string;
  },
): Statement {
  return sql`
    update notifications
    set
      snoozed_until = greatest(
        now(), last.announced_at + make_interval(secs => ${snooze.repeatS}::float8)
      ) + make_interval(secs => ${snooze.forS}::float8),
      snoozed_by = ${snooze.who}::text
    from incidents, (
      select max(announced_at) as announced_at
      from notifications
      where incident_id = ${snooze.incidentId}::uuid
    ) as last
    where notifications.incident_id = ${snooze.incidentId}::uuid
    and incidents.id = notifications.incident_id
    and incidents.closed_at is null
    and notifications.ended_at is null
    returning notifications.snoozed_until as until`;
}
