/** How long to wait between tries. */
export interface Backoff {
  /** Milliseconds after the first failure. */
  readonly firstMs: number;
  /** Milliseconds at most. */
  readonly mostMs: number;
}

/**
 * The wait after some failures in a row: doubled each time up to the most, then between half of that and
 * all of it, so that many agents do not come back at the same instant.
 *
 * @param failures - failures in a row, 1 or more
 * @param random - a number from 0 to 1
 * @returns milliseconds
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function backoffMs(backoff: Backoff, failures: number, random: number): number {
  const fullMs = Math.min(backoff.firstMs * 2 ** (failures - 1), backoff.mostMs);
  return fullMs * (0.5 + 0.5 * random);
}
