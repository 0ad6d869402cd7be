import type { BandTally, Tally } from './tally.js';

/** What counts come to. A ratio of nothing is null. */
export interface Figures {
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
  readonly falsePerWeek: number | null;
  readonly medianLeadMin: number | null;
  /** Median of |told / real − 1| of the time to failure, at the ticks of true alarms. */
  readonly timeError: number | null;
  /** The same while the failure was under 1 h, 1–6 h, 6–24 h and over 24 h away. */
  readonly timeErrorByBand: readonly (number | null)[];
  /** Share of those ticks whose level was the right one. */
  readonly rightBand: number | null;
  /** 1 is perfect, 0 no better than always telling the mean. */
  readonly brierSkill: number | null;
  /** Mean distance between what was told and what came, weighted by how often. */
  readonly calibrationError: number | null;
}

const ratio = (of: number, whole: number): number | null => (whole > 0 ? of / whole : null);

function middle(values: readonly number[]): number | null {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? null;
}

const sumOf = (bands: readonly BandTally[], key: 'ticks' | 'right'): number =>
  bands.reduce((sum, band) => sum + band[key], 0);

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
    timeError: middle(tally.bands.flatMap(({ timeErrors }) => timeErrors)),
    timeErrorByBand: tally.bands.map(({ timeErrors }) => middle(timeErrors)),
    rightBand: ratio(sumOf(tally.bands, 'right'), sumOf(tally.bands, 'ticks')),
    brierSkill: reference > 0 ? 1 - tally.brier / reference : null,
    calibrationError: ratio(distance, tally.ticks),
  };
}
