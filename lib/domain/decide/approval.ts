import type { Interval } from '../assessment.js';
import type { Settings } from '../settings.js';
import type { ActionName } from './action.js';
import { settleS } from './settle.js';

/** Nobody can answer faster than this, seconds. */
const SHORTEST_S = 60;

/** What {@link approvalDeadline} looks at. */
export interface ApprovalInput {
  readonly action: ActionName;
  /** Seconds until the predicted failure; null when none is in sight. */
  readonly timeToFailureS: Interval<number> | null;
  readonly settings: Settings;
  readonly now: Date;
}

/**
 * Until when a person may say yes: the last moment at which the action can still take effect in time.
 *
 * That is the early end of the predicted failure less the action's settling time; the likely end where
 * the early one leaves no time to answer. At most `approvalS` and at least a minute from now.
 */
export function approvalDeadline({ action, timeToFailureS, settings, now }: ApprovalInput): Date {
  const safeS =
    timeToFailureS === null
      ? settings.approvalS
      : lastSafeS(timeToFailureS, settleS(action, settings));
  const leftS = Math.max(SHORTEST_S, Math.min(safeS, settings.approvalS));
  return new Date(now.getTime() + leftS * 1000);
}

/** The first of the two estimates that leaves time to answer; what is not finite never does. */
function lastSafeS({ low, likely }: Interval<number>, settlingS: number): number {
  const left = [low - settlingS, likely - settlingS];
  return left.find((seconds) => seconds >= SHORTEST_S) ?? SHORTEST_S;
}
