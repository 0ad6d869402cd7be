/** Seconds between two refreshes while all is well: below what a person waits for. */
export const REFRESH_S = 5;

/** A server in trouble is asked once a minute, not more rarely: a person may be waiting for it. */
const SLOWEST_S = 60;

/** What a server asks for is honoured up to this many seconds. */
const PATIENCE_S = 300;

/**
 * How long to wait until the next refresh: doubled by each failure in a row.
 *
 * @param failures - failures in a row, 0 or more
 * @param retryAfterS - what the server asked for, seconds; null when it said nothing
 * @returns seconds, 5 to 300
 */
export function waitS(failures: number, retryAfterS: number | null): number {
  const own = Math.min(SLOWEST_S, REFRESH_S * 2 ** failures);
  return Math.max(own, Math.min(PATIENCE_S, retryAfterS ?? 0));
}
