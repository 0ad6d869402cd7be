import type { ChannelName } from '../domain/notify/channel-name.js';
import { type Tellings, type ToldGroup, tellings } from '../domain/notify/tellings.js';
import type { StoredNotification } from '../store/notifications.js';
import type { NoticeFacts } from './notice-facts.js';

/** What one channel is to be told now, and what it was told. */
export interface ChannelPlan extends Tellings {
  /** What it was told, by incident or common cause. */
  readonly rows: ReadonlyMap<string, StoredNotification>;
  /** Its message about many that is not over. */
  readonly groupRow: StoredNotification | null;
}

/** Decide what one channel is to be told. Pure. */
export function planTellings(channel: ChannelName, facts: NoticeFacts): ChannelPlan {
  const { notices, causes, muted, settings, stormSince, now } = facts;
  const own = facts.rows.filter((row) => row.channel === channel);
  const groupRow = own.find((row) => subjectOf(row) === null && row.endedAt === null) ?? null;
  const single = own.filter((row) => subjectOf(row) !== null);
  const frozen = single.flatMap(({ componentId, frozenAt }) =>
    componentId !== null && frozenAt !== null ? [componentId] : [],
  );
  return {
    ...tellings({
      notices,
      causes,
      told: new Map(single.map((row) => [subjectOf(row) ?? '', toldOf(row)])),
      frozen: new Set(frozen),
      muted,
      group: groupRow === null ? null : { ...toldOf(groupRow), beganAt: groupRow.createdAt },
      announced: facts.announced.get(channel) ?? 0,
      stormSince,
      settings,
      now,
    }),
    rows: new Map(single.map((row) => [subjectOf(row) ?? '', row])),
    groupRow,
  };
}

const subjectOf = ({ incidentId, causeId }: StoredNotification): string | null =>
  incidentId ?? causeId;

function toldOf(row: StoredNotification): Omit<ToldGroup, 'beganAt'> {
  const { shape, asks, toldAt, announcedAt, frozenAt, snoozedUntil, refusedShape, retryAt } = row;
  return {
    shape,
    asks,
    toldAt,
    announcedAt,
    frozenAt,
    snoozedUntil,
    refusedShape,
    retryAt,
    unsure: row.unsureSince !== null,
    ended: row.endedAt !== null,
  };
}
