import type { Settings } from '../../settings.js';
import type { GuardFacts } from '../facts.js';
import type { GuardName, Verdict } from '../verdict.js';

/**
 * One rule: facts in, one verdict out.
 *
 * A guard that cannot tell refuses: comparisons are written so that NaN never passes. Where a verdict
 * has `until`, that is the first instant at which the same facts pass this guard.
 */
export type Guard = (facts: GuardFacts, settings: Settings, now: Date) => Verdict;

/** A verdict that lets the action through. */
export function pass(guard: GuardName, why: string): Verdict {
  return { guard, outcome: 'pass', why, until: null };
}

/** A verdict that leaves the action to a person. */
export function ask(guard: GuardName, why: string, until: Date | null = null): Verdict {
  return { guard, outcome: 'ask', why, until };
}

/** A verdict that stops the action for now. */
export function refuse(guard: GuardName, why: string, until: Date | null = null): Verdict {
  return { guard, outcome: 'refuse', why, until };
}

/** The instant so many seconds after another. */
export function secondsAfter(start: Date, seconds: number): Date {
  return new Date(start.getTime() + seconds * 1000);
}
