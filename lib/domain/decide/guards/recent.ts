/** How many instants lie in a sliding window, and when there is room for one more. */
export interface Recent {
  readonly count: number;
  /** When fewer than `limit` will be left in the window; null while there are, or when never. */
  readonly until: Date | null;
}

/**
 * Count the instants of the last so many seconds, and say when the count falls below a limit.
 *
 * An instant leaves the window exactly `windowS` after itself. One that lies in the future (two clocks)
 * or cannot be read counts: a limit fails closed.
 *
 * @param limit - 0 is never room, whatever the count
 */
export function recent(
  instants: readonly Date[],
  limit: number,
  windowS: number,
  now: Date,
): Recent {
  const ends = instants
    .map((instant) => instant.getTime() + windowS * 1000)
    .filter((end) => !(end <= now.getTime()))
    .sort((a, b) => a - b);
  // Once this one has left, limit - 1 are in the window; there is none below the limit, nor for 0.
  const end = ends[ends.length - limit];
  return { count: ends.length, until: end === undefined ? null : new Date(end) };
}
