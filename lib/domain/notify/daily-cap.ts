import type { Settings } from '../settings.js';
import type { Notice } from './notice.js';

/** First messages of one channel within a day, by component; null stands for those of none. */
export type Today = ReadonlyMap<number | null, number>;

type Limits = Pick<Settings, 'noticeDaily' | 'noticeDailyComponent'>;

/** Whether a channel got as many first messages within a day as it may. */
const isFull = (today: Today, { noticeDaily }: Limits): boolean =>
  [...today.values()].reduce((sum, count) => sum + count, 0) >= noticeDaily;

/**
 * Whether an incident gets no message of its own any more: its channel, or its component, had enough of them
 * within a day. What a person must answer or do still gets one. Pure.
 */
export function isCapped(today: Today, notice: Notice, limits: Limits): boolean {
  if (notice.asks !== null || notice.phase === 'person') return false;
  const own = today.get(notice.componentId) ?? 0;
  return own >= limits.noticeDailyComponent || isFull(today, limits);
}

/** Whether anything is capped, so that the message they share goes on: or each would begin one anew. Pure. */
export const capsAny = (today: Today, limits: Limits): boolean =>
  isFull(today, limits) ||
  [...today].some(([id, count]) => id !== null && count >= limits.noticeDailyComponent);
