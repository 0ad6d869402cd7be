import type { Sample } from '../../../../lib/domain/metrics.js';
import { MINUTE } from '../../../../lib/domain/time.js';

/** How long an objective must be breached to be a failure, milliseconds. */
const BREACHED_MS = 5 * MINUTE;

/** What a failure is, in one metric. */
export interface Failing {
  readonly metric: string;
  /** In the metric's unit. */
  readonly limit: number;
  /**
   * `at once`: usage that ends what uses it, as memory does; `for five minutes`: an objective, or a
   * processor, that one bad sample does not end.
   */
  readonly fails: 'at once' | 'for five minutes';
}

/**
 * The instant of a series' first failure: when it reaches its limit, or when five minutes begin in which it
 * is never below. Samples without the metric say nothing.
 *
 * @param samples - oldest first
 * @returns milliseconds since the epoch; null when it never fails
 */
export function reachedAt(samples: readonly Sample[], { metric, limit, fails }: Failing) {
  let breachedAt: number | null = null;
  for (const { at, values } of samples) {
    const value = values[metric];
    if (value === undefined) continue;
    if (value < limit) {
      breachedAt = null;
      continue;
    }
    breachedAt ??= at.getTime();
    if (fails === 'at once' || at.getTime() - breachedAt >= BREACHED_MS) return breachedAt;
  }
  return null;
}
