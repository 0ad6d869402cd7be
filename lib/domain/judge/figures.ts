import type { Tally } from './tally.js';

/** What counts come to. A ratio of nothing is null. */
export interface Figures {
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
  readonly falsePerWeek: number | null;
  readonly medianLeadMin: number | null;
  readonly timeError: number | null;
  /** 1 is perfect, 0 no better than always telling the mean. */
  readonly brierSkill: number | null;
  /** Mean distance between what was told and what came, weighted by how often. */
  readonly calibrationError: number | null;
}

const ratio = (of: number, whole: number): number | null => (whole > 0 ? of / whole : null);

function middle(values: readonly number[]): number | null {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? null;
}

/** Work out a tally's figures. Precision counts early alarms as wrong, and late ones not at all. */
export function figuresOf(tally: Tally): Figures {
  const precision = ratio(tally.true, tally.true + tally.early + tally.false);
  const recall = ratio(tally.announced, tally.predictable);
  const base = ratio(tally.outcomes, tally.ticks) ?? 0;
  const reference = base * (1 - base) * tally.ticks;
  const distance = tally.bins.reduce((sum, { told, real }) => sum + Math.abs(told - real), 0);
  const sum = (precision ?? 0) + (recall ?? 0);
  return {
    precision,
    recall,
    f1: sum > 0 ? (2 * (precision ?? 0) * (recall ?? 0)) / sum : null,
    falsePerWeek: ratio(tally.quietAlarms, tally.quietWeeks),
    medianLeadMin: middle(tally.leads),
    timeError: middle(tally.timeErrors),
    brierSkill: reference > 0 ? 1 - tally.brier / reference : null,
    calibrationError: ratio(distance, tally.ticks),
  };
}
