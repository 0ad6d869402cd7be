import * as z from 'zod';
import { CHANNEL_NAMES, type ChannelName } from '../domain/notify/channel-name.js';
import {
  countAnnounced,
  readNotifications,
  type StoredNotification,
  selectNotifications,
} from './notifications.js';
import { Instant, parseRows } from './rows.js';
import type { Sql, Statement } from './sql.js';

const CountRow = z.object({ channel: z.enum(CHANNEL_NAMES), count: z.number() });

const TodayRow = z.object({
  channel: z.enum(CHANNEL_NAMES),
  componentId: z.number().nullable(),
  count: z.number(),
});

/** Count first messages of single incidents and escalations within a day. */
function countToday(sql: Sql): Statement {
  return sql`
    select notifications.channel, incidents.component_id as "componentId", count(*)::int as count
    from notifications
    left join incidents on incidents.id = notifications.incident_id
    where num_nonnulls(notifications.incident_id, notifications.escalation) = 1
    and notifications.announced_at > now() - interval '1 day'
    and notifications.created_at > now() - interval '1 day'
    group by notifications.channel, incidents.component_id`;
}

function byChannel(rows: readonly z.infer<typeof TodayRow>[]) {
  const found = new Map<ChannelName, Map<number | null, number>>();
  for (const { channel, componentId, count } of rows) {
    found.set(channel, (found.get(channel) ?? new Map()).set(componentId, count));
  }
  return found;
}

const OpenRow = z.object({ failing: z.number(), predicted: z.number() });

/** What channels were told, at one instant of the database's clock. */
export interface NoticeRows {
  readonly now: Date;
  readonly rows: readonly StoredNotification[];
  /** How many incidents are open. */
  readonly counts: { readonly failing: number; readonly predicted: number };
  /** First messages and reminders of single incidents that were sent lately, by channel. */
  readonly announced: ReadonlyMap<ChannelName, number>;
  /** First messages within a day, by channel and component; those of no component under null. */
  readonly today: ReadonlyMap<ChannelName, ReadonlyMap<number | null, number>>;
}

/** Read what some channels were told and is not over, and how much they were told lately. */
export async function readNoticeRows(
  sql: Sql,
  channels: readonly ChannelName[],
  { flapWindowS, noticeChangeS }: { readonly flapWindowS: number; readonly noticeChangeS: number },
): Promise<NoticeRows> {
  const [clock, rows, announced, open, today] = await sql.transaction([
    sql`select now() as now`,
    selectNotifications(sql, channels, flapWindowS),
    countAnnounced(sql, noticeChangeS),
    sql`
      select
        count(*) filter (where kind = 'failing')::int as failing,
        count(*) filter (where kind = 'predicted')::int as predicted
      from incidents
      where closed_at is null`,
    countToday(sql),
  ]);
  return {
    now: Instant.parse(clock?.[0]?.['now']),
    rows: readNotifications(rows ?? []),
    counts: OpenRow.parse(open?.[0]),
    today: byChannel(parseRows(TodayRow, today ?? [])),
    announced: new Map(
      parseRows(CountRow, announced ?? []).map(({ channel, count }) => [channel, count]),
    ),
  };
}
