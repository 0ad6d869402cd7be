import { saysUsedUp } from './limit-answer.js';
import { retryAfterS } from './retry-after.js';

/** What is known of a vendor's limits; kept in memory by one adapter, as a courtesy and not as a guard. */
export interface RateLimits {
  /** Seconds until a call of this kind makes sense, 1 to 3600; null when it may go out now. */
  waitS(kind: string): number | null;
  /** Take note of what an answer says of the limit. */
  note(kind: string, status: number, headers: Headers): void;
}

/**
 * Remember which limits are used up, so that a call that must fail is not made.
 *
 * An answer that says so ({@link saysUsedUp}) closes its kind of call until the instant it names; an
 * answer that names none closes nothing.
 */
export function rateLimits(now: () => Date): RateLimits {
  const openAt = new Map<string, number>();
  return {
    waitS(kind) {
      const leftMs = (openAt.get(kind) ?? 0) - now().getTime();
      return leftMs > 0 ? Math.ceil(leftMs / 1000) : null;
    },
    note(kind, status, headers) {
      const wait = saysUsedUp(status, headers) ? retryAfterS(headers, now()) : null;
      if (wait === null) openAt.delete(kind);
      else openAt.set(kind, now().getTime() + wait * 1000);
    },
  };
}
