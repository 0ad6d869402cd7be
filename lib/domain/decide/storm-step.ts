import type { Settings } from '../settings.js';
import { isStorm } from './guards/budget.js';

/** Whether automatic action has stopped because too much is bad at once, and since when it is calm again. */
export interface Storm {
  readonly stormSince: Date | null;
  readonly calmSince: Date | null;
}

/** What changed: for the log, which must be loud about it. */
export type StormStep = Storm & { readonly changed: 'began' | 'ended' | null };

/**
 * Carry the storm exit on by one sweep.
 *
 * It begins when at least `stormMin` components and `stormShare` of all are bad at once, and ends once
 * it has been below that for `stormCalmS`.
 */
export function stormStep(
  { stormSince, calmSince }: Storm,
  fleet: { readonly bad: number; readonly components: number },
  settings: Settings,
  now: Date,
): StormStep {
  if (isStorm(fleet, settings)) {
    return { stormSince: stormSince ?? now, calmSince: null, changed: stormSince ? null : 'began' };
  }
  if (stormSince === null) return { stormSince: null, calmSince: null, changed: null };
  const calm = calmSince ?? now;
  const over = now.getTime() - calm.getTime() >= settings.stormCalmS * 1000;
  return over
    ? { stormSince: null, calmSince: null, changed: 'ended' }
    : { stormSince, calmSince: calm, changed: null };
}
