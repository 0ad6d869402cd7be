import { hasFailed, type Outcome } from './outcome.js';

/** What the lab measured in one mode. */
export interface Sum {
  readonly faults: number;
  readonly top1: number;
  readonly onInnocents: number;
  readonly wrong: number;
  /** Faults that failed when only watched, and did not here. */
  readonly prevented: number;
  /** Faults that failed when only watched; null when that was not measured. */
  readonly failing: number | null;
  readonly healed: number;
  /** Mean time until it was verified, over those healed, seconds; null without any. */
  readonly mttrS: number | null;
  readonly needPerson: number;
  readonly lost: number;
  readonly sent: number;
}

/** Add outcomes of one mode up. @param watched - the outcomes of the same faults in observe mode */
export function sumOf(outcomes: readonly Outcome[], watched: readonly Outcome[]): Sum {
  const failedWatched = new Set(watched.filter(hasFailed).map(({ fault }) => fault));
  const times = outcomes.flatMap(({ recovered_s }) => recovered_s ?? []);
  const total = (of: (one: Outcome) => number) => outcomes.reduce((sum, one) => sum + of(one), 0);
  return {
    faults: outcomes.length,
    top1: outcomes.filter(({ top1 }) => top1).length,
    onInnocents: total(({ on_innocents }) => on_innocents.length),
    wrong: total(({ wrong }) => wrong.length),
    prevented: outcomes.filter((one) => failedWatched.has(one.fault) && !hasFailed(one)).length,
    failing: watched.length === 0 ? null : failedWatched.size,
    healed: times.length,
    mttrS: times.length === 0 ? null : times.reduce((a, b) => a + b, 0) / times.length,
    needPerson: outcomes.filter(({ asked }) => asked.length > 0).length,
    lost: total(({ lost }) => lost),
    sent: total(({ sent }) => sent),
  };
}

/** Why the lab does not count as passed; empty when it does. A short run must have every cause right. */
export function whyNot(outcomes: readonly Outcome[]): string[] {
  const failed: string[] = [];
  for (const mode of ['auto', 'observe'] as const) {
    const own = outcomes.filter((one) => one.mode === mode);
    const { faults, top1, onInnocents } = sumOf(own, []);
    const needed = faults >= 12 ? 10 : faults;
    if (top1 < needed) failed.push(`${mode}: ${top1} causes of ${faults} right, ${needed} needed`);
    if (onInnocents > 0) failed.push(`${mode}: ${onInnocents} actions on innocent components`);
  }
  return failed;
}
