import type { ChannelName } from '../domain/notify/channel-name.js';
import { type Tellings, type ToldGroup, tellings } from '../domain/notify/tellings.js';
import { SECOND } from '../domain/time.js';
import type { StoredNotification } from '../store/notifications.js';
import type { NoticeFacts } from './notice-facts.js';

/** What one channel is to be told now, and what it was told. */
export interface ChannelPlan extends Tellings {
  /** What it was told, by incident, escalation or common cause. */
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
  return {
    ...tellings({
      notices,
      counts: facts.counts,
      today: facts.today.get(channel) ?? new Map(),
      causes,
      told: new Map(single.map((row) => [subjectOf(row) ?? '', toldOf(row)])),
      frozen: frozenIn(single, facts),
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

/** Components that are said to flap; after `noticeRepeatS` without a word it is worth saying again. */
function frozenIn(
  rows: readonly StoredNotification[],
  { settings, now }: NoticeFacts,
): Map<number, string[]> {
  const frozen = new Map<number, string[]>();
  for (const { componentId, frozenAt, announcedAt, calledFor } of rows) {
    if (componentId === null || frozenAt === null) continue;
    const saidAt = Math.max(frozenAt.getTime(), announcedAt?.getTime() ?? 0);
    if (now.getTime() - saidAt >= settings.noticeRepeatS * SECOND) continue;
    frozen.set(componentId, [...(frozen.get(componentId) ?? []), ...calledFor]);
  }
  return frozen;
}

const subjectOf = ({ incidentId, causeId, escalation }: StoredNotification): string | null =>
  incidentId ?? causeId ?? escalation;

function toldOf(row: StoredNotification): Omit<ToldGroup, 'beganAt'> {
  const { shape, asks, toldAt, announcedAt, frozenAt, snoozedUntil, refusedShape, retryAt } = row;
  return {
    shape,
    asks,
    toldAt,
    announcedAt,
    called: row.calledFor,
    frozenAt,
    snoozedUntil,
    refusedShape,
    retryAt,
    unsure: row.unsureSince !== null,
    ended: row.endedAt !== null,
  };
}
