import type { ShownRecovery } from '../stage/api.js';

/** The heap at one look. */
export interface HeapSeen {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly bytes: number;
}

const MIB = 1024 * 1024;
/** A look shows the assessment before it: one interval, and the look's own. */
const JUDGED_MS = 1500;

function freedByOne({ acted_at, ended_at }: ShownRecovery, seen: readonly HeapSeen[]): number {
  if (acted_at === null) return 0;
  const before = seen.findLast(({ at }) => at <= acted_at)?.bytes ?? 0;
  const judgedAt = (ended_at ?? Number.POSITIVE_INFINITY) + JUDGED_MS;
  const after = seen.filter(({ at }) => at > acted_at && at <= judgedAt);
  return Math.max(0, before - Math.min(...after.map(({ bytes }) => bytes))) / MIB;
}

/**
 * Heap that actions freed: before each of them, less the least seen until it was judged. Of the heap the
 * process dies; what is resident follows later, when the machine has time.
 *
 * @param seen - oldest first
 * @returns MiB; null without actions
 */
export function freedMb(
  recoveries: readonly ShownRecovery[],
  seen: readonly HeapSeen[],
): number | null {
  if (recoveries.length === 0) return null;
  return recoveries.reduce((sum, recovery) => sum + freedByOne(recovery, seen), 0);
}
