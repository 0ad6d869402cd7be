import type { Settings } from '../settings.js';
import { SECOND } from '../time.js';
import { heldUntil, type TellingEvent, type Told } from './next-telling.js';
import type { GroupNotice } from './notice.js';

/** What the message about many, which stands already or was tried, is told for now; null for nothing. Pure. */
export function groupEvent(
  told: Told,
  notice: GroupNotice,
  settings: Settings,
  now: Date,
): TellingEvent | null {
  if (heldUntil(told, notice.shape, now) !== null) return null;
  if (notice.phase === 'closed') return 'closed';
  if (told.shape === null || told.toldAt === null) return 'opened';
  const since = (at: Date): number => (now.getTime() - at.getTime()) / SECOND;
  if (told.shape !== notice.shape && since(told.toldAt) >= settings.noticeChangeS) return 'changed';
  return since(told.announcedAt ?? told.toldAt) >= settings.noticeRepeatS ? 'reminded' : null;
}
