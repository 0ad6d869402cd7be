import * as z from 'zod';
import { CHANNEL_NAMES, type ChannelName } from '../domain/notify/channel-name.js';
import {
  countAnnounced,
  readNotifications,
  type StoredNotification,
  selectNotifications,
} from './notifications.js';
import { Instant, parseRows } from './rows.js';
import type { Sql } from './sql.js';

const CountRow = z.object({ channel: z.enum(CHANNEL_NAMES), count: z.number() });

const OpenRow = z.object({ failing: z.number(), predicted: z.number() });

/** What channels were told, at one instant of the database's clock. */
export interface NoticeRows {
  readonly now: Date;
  readonly rows: readonly StoredNotification[];
  /** How many incidents are open. */
  readonly counts: { readonly failing: number; readonly predicted: number };
  /** First messages and reminders of single incidents that were sent lately, by channel. */
  readonly announced: ReadonlyMap<ChannelName, number>;
}

/** Read what some channels were told and is not over, and how much they were told lately. */
export async function readNoticeRows(
  sql: Sql,
  channels: readonly ChannelName[],
  { flapWindowS, noticeChangeS }: { readonly flapWindowS: number; readonly noticeChangeS: number },
): Promise<NoticeRows> {
  const [clock, rows, announced, open] = await sql.transaction([
    sql`select now() as now`,
    selectNotifications(sql, channels, flapWindowS),
    countAnnounced(sql, noticeChangeS),
    sql`
      select
        count(*) filter (where kind = 'failing')::int as failing,
        count(*) filter (where kind = 'predicted')::int as predicted
      from incidents
      where closed_at is null`,
  ]);
  return {
    now: Instant.parse(clock?.[0]?.['now']),
    rows: readNotifications(rows ?? []),
    counts: OpenRow.parse(open?.[0]),
    announced: new Map(
      parseRows(CountRow, announced ?? []).map(({ channel, count }) => [channel, count]),
    ),
  };
}
