import type { Settings } from '../settings.js';
import { SECOND } from '../time.js';

/** What {@link isStillBad} looks at. */
export interface StillBadInput {
  /** When the bad assessments in a row were made, milliseconds since the epoch. */
  readonly badAt: readonly number[];
  /** When the last recovery ended, milliseconds since the epoch; null when none has. */
  readonly endedAt: number | null;
  readonly settings: Settings;
  readonly now: Date;
}

/**
 * Whether there is trouble still, or again, although a recovery has ended well.
 *
 * It comes back when `agreeing` assessments made after that end call for action, or lingers when the
 * incident is not closed `verifyPatienceS` later. What was assessed before the end proves nothing: a sweep
 * may look before the action takes effect and be slower to write than the verification.
 */
export function isStillBad({ badAt, endedAt, settings, now }: StillBadInput): boolean {
  const since = endedAt ?? Number.NEGATIVE_INFINITY;
  if (badAt.filter((at) => at > since).length >= settings.agreeing) return true;
  return now.getTime() - since > settings.verifyPatienceS * SECOND;
}
