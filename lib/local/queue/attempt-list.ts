import type { Attempt } from './attempt.js';

/** The latest attempts, oldest first. */
export interface AttemptList {
  readonly list: readonly Attempt[];
  add(attempt: Attempt): void;
}

// As many as the log keeps events: enough for any test, and bounded for a long-running queue.
const KEPT = 10_000;

/** @param onAttempt - told of each attempt as well */
export function createAttemptList(
  onAttempt: ((attempt: Attempt) => void) | undefined,
): AttemptList {
  const list: Attempt[] = [];
  return {
    list,
    add(attempt) {
      list.push(attempt);
      if (list.length > KEPT) {
        list.shift();
      }
      onAttempt?.(attempt);
    },
  };
}
