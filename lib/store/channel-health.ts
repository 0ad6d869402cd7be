import * as z from 'zod';
import { CHANNEL_NAMES, type ChannelName } from '../domain/notify/channel-name.js';
import { MaybeInstant, parseRows } from './rows.js';
import type { Sql } from './sql.js';

const ChannelRow = z.object({
  channel: z.enum(CHANNEL_NAMES),
  /** Messages that could not be told so far. */
  failing: z.number(),
  /** Why the last of them could not. */
  error: z.string().nullable(),
  lastToldAt: MaybeInstant,
});

/** How well a channel takes what it is told. */
export type ChannelHealth = z.infer<typeof ChannelRow>;

/** Read how well channels take what they are told. */
export async function channelHealth(
  sql: Sql,
  channels: readonly ChannelName[],
): Promise<ChannelHealth[]> {
  const rows = await sql`
    select
      wanted.channel,
      (
        select count(*)::int
        from notifications
        left join incidents on incidents.id = notifications.incident_id
        where notifications.channel = wanted.channel
        and notifications.ended_at is null
        and notifications.failures > 0
        and (incidents.closed_at is null or incidents.closed_at > now() - interval '1 day')
        and (
          notifications.escalation is null
          or notifications.created_at > now() - interval '1 day')
      ) as failing,
      (
        select error
        from notifications
        where notifications.channel = wanted.channel
        and notifications.ended_at is null
        and notifications.failures > 0
        order by retry_at desc nulls last
        limit 1
      ) as error,
      (
        select max(told_at)
        from notifications
        where notifications.channel = wanted.channel
      ) as "lastToldAt"
    from unnest(${channels}::text[]) as wanted (channel)
    order by wanted.channel
    limit 10`;
  return parseRows(ChannelRow, rows);
}
