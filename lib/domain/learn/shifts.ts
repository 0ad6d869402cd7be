import { mapped } from './calibrated.js';
import { type HorizonMap, MOST_SHIFT } from './calibration.js';
import type { Example } from './examples.js';
import { logit } from './logit.js';
import type { Point } from './platt.js';
import { shrunkShift } from './shrunk-shift.js';

/** A smaller shift moves 0.5 by less than 0.005: it is not worth keeping. */
const LEAST_SHIFT = 0.02;

const groupOf = ({ fate, kind }: Example): string => `${fate} ${kind}`;

/** Weights of those that share a fate sum to 1: an alarm that lasts is one false alarm, not forty. */
function points(examples: readonly Example[], map: HorizonMap): Point[] {
  const sums = new Map<string, number>();
  for (const one of examples) {
    sums.set(groupOf(one), (sums.get(groupOf(one)) ?? 0) + one.weight);
  }
  return examples.map((one) => ({
    x: logit(mapped(map, one.p)),
    t: one.y,
    weight: one.weight / (sums.get(groupOf(one)) ?? 1),
  }));
}

/**
 * How much components differ, as the precision of the prior on their shifts: from within ±0.25 to within
 * ±2, two in three.
 */
const PRECISIONS = [16, 8, 4, 2, 1, 0.5, 0.25];

/** Few components say nothing of how much components differ: a shift is expected within ±0.5 then. */
const FEW = 10;
const USUAL = 4;

/** The precision for which the outcomes of all components speak loudest; of equals the strictest. */
function precisionOf(all: readonly (readonly Point[])[]): number {
  if (all.length < FEW) return USUAL;
  let best = { precision: USUAL, evidence: Number.NEGATIVE_INFINITY };
  for (const precision of PRECISIONS) {
    const evidence = all.reduce((sum, own) => sum + shrunkShift(own, precision).evidence, 0);
    if (evidence > best.evidence) best = { precision, evidence };
  }
  return best.precision;
}

function byComponent(examples: readonly Example[]): Map<string, Example[]> {
  const grouped = new Map<string, Example[]>();
  for (const one of examples) {
    const known = grouped.get(one.component);
    if (known === undefined) grouped.set(one.component, [one]);
    else known.push(one);
  }
  return grouped;
}

/**
 * What each component's own habits add to the log odds of the installation's map, with shrinkage whose
 * strength is taken from how much components differ (empirical Bayes).
 *
 * @returns component to shift, within ±3; those that hardly move are absent
 * @see Efron and Morris, "Data analysis using Stein's estimator and its generalizations", 1975
 */
export function shiftsOf(examples: readonly Example[], map: HorizonMap): Map<string, number> {
  const own = [...byComponent(examples)].map(([component, some]) => ({
    component,
    points: points(some, map),
  }));
  const precision = precisionOf(own.map((one) => one.points));
  const shifts = new Map<string, number>();
  for (const { component, points: some } of own) {
    const free = Math.round(shrunkShift(some, precision).shift * 1000) / 1000;
    const shift = Math.max(-MOST_SHIFT, Math.min(MOST_SHIFT, free));
    if (Math.abs(shift) >= LEAST_SHIFT) shifts.set(component, shift);
  }
  return shifts;
}
