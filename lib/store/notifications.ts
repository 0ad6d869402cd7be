import * as z from 'zod';
import { CHANNEL_NAMES, type ChannelName } from '../domain/notify/channel-name.js';
import type { TellingEvent } from '../domain/notify/next-telling.js';
import { Instant, MaybeInstant, parseFirst, parseRows } from './rows.js';
import type { Row, Sql, Statement } from './sql.js';

const NotificationRow = z.object({
  id: z.string(),
  channel: z.enum(CHANNEL_NAMES),
  /** What it is about: an incident, a common cause, an escalation, or none for a message about many. */
  incidentId: z.string().nullable(),
  causeId: z.string().nullable(),
  escalation: z.string().nullable(),
  componentId: z.number().nullable(),
  token: z.coerce.number(),
  seq: z.number(),
  pendingEvent: z.string().nullable(),
  pendingShape: z.string().nullable(),
  unsureSince: MaybeInstant,
  place: z.record(z.string(), z.string()).nullable(),
  shape: z.string().nullable(),
  asks: z.string().nullable(),
  toldAt: MaybeInstant,
  announcedAt: MaybeInstant,
  /** What people were drawn to. */
  calledFor: z.array(z.string()),
  frozenAt: MaybeInstant,
  snoozedUntil: MaybeInstant,
  refusedShape: z.string().nullable(),
  failures: z.number(),
  retryAt: MaybeInstant,
  createdAt: Instant,
  endedAt: MaybeInstant,
});

/** What one channel has been told of one incident, or of many at once. */
export type StoredNotification = z.infer<typeof NotificationRow>;

/** Read what is not over on some channels, and what said within so many seconds that its component flaps. */
export function selectNotifications(
  sql: Sql,
  channels: readonly ChannelName[],
  flapWindowS: number,
): Statement {
  return sql`
    select
      notifications.id::text, notifications.channel, notifications.incident_id::text as "incidentId",
      notifications.cause_id::text as "causeId", notifications.escalation, incidents.component_id as "componentId", notifications.token, notifications.seq,
      notifications.pending_event as "pendingEvent", notifications.pending_shape as "pendingShape",
      notifications.unsure_since as "unsureSince", notifications.place, notifications.shape,
      notifications.asks::text, notifications.told_at as "toldAt",
      notifications.announced_at as "announcedAt", notifications.called_for as "calledFor",
      notifications.frozen_at as "frozenAt",
      notifications.snoozed_until as "snoozedUntil",
      notifications.refused_shape as "refusedShape", notifications.failures,
      notifications.retry_at as "retryAt", notifications.created_at as "createdAt",
      notifications.ended_at as "endedAt"
    from notifications
    left join incidents on incidents.id = notifications.incident_id
    left join common_causes on common_causes.id = notifications.cause_id
    where notifications.channel = any (${channels}::text[])
    and (
      notifications.ended_at is null
      or notifications.frozen_at > now() - make_interval(secs => ${flapWindowS}::float8))
    and (
      incidents.closed_at is null
      or incidents.closed_at > now() - interval '1 day')
    and (
      common_causes.ended_at is null
      or common_causes.ended_at > now() - interval '1 day')
    and (
      notifications.escalation is null
      or notifications.created_at > now() - interval '2 days')
    order by notifications.created_at desc
    limit 5000`;
}

/** Parse what {@link selectNotifications} answered. */
export function readNotifications(rows: readonly Row[]): StoredNotification[] {
  return parseRows(NotificationRow, rows);
}

/** Count messages of single incidents and escalations that drew attention within so many seconds, first tries among them. */
export function countAnnounced(sql: Sql, withinS: number): Statement {
  return sql`
    select channel, count(*)::int as count
    from notifications
    where num_nonnulls(incident_id, escalation) = 1
    and (
      announced_at > now() - make_interval(secs => ${withinS}::float8)
      or (
        ended_at is null
        and shape is null
        and unsure_since > now() - make_interval(secs => ${withinS}::float8)))
    group by channel`;
}

/** The right to tell one channel of one thing. */
export interface NotificationClaim {
  readonly id: string;
  readonly channel: ChannelName;
  readonly incidentId: string | null;
  readonly causeId: string | null;
  readonly escalation: string | null;
  /** The token that was read; 0 where there was no row. */
  readonly token: number;
  readonly event: TellingEvent;
  readonly shape: string;
  /** How long the claim lasts: longer than a try. */
  readonly claimS: number;
}

const ClaimRow = z.object({
  id: z.string(),
  token: z.coerce.number(),
  seq: z.number(),
  at: Instant,
});

/** A claim that was taken. */
export type TakenClaim = z.infer<typeof ClaimRow>;

/**
 * Take the right to tell, or learn that another has it, or has told since this was read.
 *
 * A try of the same thing keeps its number and its time, so that who receives it twice can see that. From
 * the claim on the row says that a try may have been made: a crash leaves it so. A reminder whose end nobody
 * knows counts as made once something else is told in its place.
 */
export async function claimNotification(
  sql: Sql,
  claim: NotificationClaim,
): Promise<TakenClaim | null> {
  const rows =
    claim.token === 0 ? await insertClaimed(sql, claim) : await updateClaimed(sql, claim);
  return parseFirst(ClaimRow, rows);
}

function insertClaimed(sql: Sql, claim: NotificationClaim): Statement {
  return sql`
    insert into notifications (
      id, channel, incident_id, cause_id, escalation, claimed_until, seq, pending_event, pending_shape, pending_at,
      unsure_since)
    values (
      ${claim.id}::uuid, ${claim.channel}::text, ${claim.incidentId}::uuid,
      ${claim.causeId}::uuid, ${claim.escalation}::text, now() + make_interval(secs => ${claim.claimS}::float8), 1, ${claim.event}::text,
      ${claim.shape}::text, now(), now())
    on conflict do nothing
    returning id::text, token, seq, pending_at as at`;
}

function updateClaimed(sql: Sql, claim: NotificationClaim): Statement {
  return sql`
    update notifications
    set
      token = token + 1, claimed_until = now() + make_interval(secs => ${claim.claimS}::float8),
      seq = case when pending_event = ${claim.event}::text and pending_shape = ${claim.shape}::text
        then seq else seq + 1 end,
      pending_at = case
        when pending_event = ${claim.event}::text and pending_shape = ${claim.shape}::text
        then pending_at else now() end,
      announced_at = case
        when pending_event = 'reminded' and unsure_since is not null
          and (${claim.event}::text <> 'reminded' or ${claim.shape}::text <> pending_shape)
        then pending_at else announced_at end,
      pending_event = ${claim.event}::text, pending_shape = ${claim.shape}::text,
      unsure_since = coalesce(unsure_since, now())
    where id = ${claim.id}::uuid
    and token = ${claim.token}::bigint
    and ended_at is null
    and (claimed_until is null or claimed_until <= now())
    returning id::text, token, seq, pending_at as at`;
}
