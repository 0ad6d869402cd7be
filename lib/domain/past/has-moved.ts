import type { Past } from './past.js';

/**
 * Whether a past has buckets that an older one has not: only then is it worth keeping anew, for the newest
 * bucket can be worked out from the window.
 */
export function hasMoved(before: Past, now: Past): boolean {
  if (before.bucketS !== now.bucketS) return true;
  return Object.entries(now.metrics).some(
    ([metric, { last }]) => before.metrics[metric]?.last !== last,
  );
}
