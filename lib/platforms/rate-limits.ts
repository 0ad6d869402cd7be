import { partLeft, saysUsedUp } from './limit-answer.js';
import { retryAfterS } from './retry-after.js';

/** What is known of a vendor's limits; kept in memory by one adapter, as a courtesy and not as a guard. */
export interface RateLimits {
  /** Seconds until a call of this kind makes sense, 1 to 3600; null when it may go out now. */
  waitS(kind: string): number | null;
  /** The same for a call that can wait: what is left of the limit below a reserve is for those that cannot. */
  reserveWaitS(kind: string): number | null;
  /** Take note of what an answer says of the limit. */
  note(kind: string, status: number, headers: Headers): void;
}

/** The part of a limit that is kept for calls that cannot wait: of GitHub's 5,000 an hour it is some sixty rollbacks. */
const RESERVE = 0.25;

/**
 * Remember which limits are used up, so that a call that must fail is not made.
 *
 * An answer that says so ({@link saysUsedUp}) closes its kind of call until the instant it names; an
 * answer that names none closes nothing. In the same way one of which less than the reserve is left closes it for
 * calls that can wait; what an answer does not tell stays as it was known.
 */
export function rateLimits(now: () => Date): RateLimits {
  const openAt = new Map<string, number>();
  const amplyAt = new Map<string, number>();
  const until = (at: Map<string, number>, kind: string): number | null => {
    const leftMs = (at.get(kind) ?? 0) - now().getTime();
    return leftMs > 0 ? Math.ceil(leftMs / 1000) : null;
  };
  const close = (at: Map<string, number>, kind: string, wait: number | null): void => {
    if (wait === null) at.delete(kind);
    else at.set(kind, now().getTime() + wait * 1000);
  };
  return {
    waitS: (kind) => until(openAt, kind),
    reserveWaitS: (kind) => until(amplyAt, kind),
    note(kind, status, headers) {
      const wait = retryAfterS(headers, now());
      close(openAt, kind, saysUsedUp(status, headers) ? wait : null);
      const left = partLeft(headers);
      if (left !== null) close(amplyAt, kind, left < RESERVE ? wait : null);
    },
  };
}
