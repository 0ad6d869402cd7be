import { mapped } from './calibrated.js';
import { type HorizonMap, MOST_SHIFT } from './calibration.js';
import type { Example } from './examples.js';
import { logit } from './logit.js';
import { type Point, shrunkShift } from './platt.js';

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
 * What each component's own habits add to the log odds of the installation's map, with shrinkage.
 *
 * @returns component to shift, within ±3; those that hardly move are absent
 */
export function shiftsOf(examples: readonly Example[], map: HorizonMap): Map<string, number> {
  const byComponent = new Map<string, Example[]>();
  for (const one of examples) {
    const known = byComponent.get(one.component);
    if (known === undefined) byComponent.set(one.component, [one]);
    else known.push(one);
  }
  const shifts = new Map<string, number>();
  for (const [component, own] of byComponent) {
    const free = Math.round(shrunkShift(points(own, map)) * 1000) / 1000;
    const shift = Math.max(-MOST_SHIFT, Math.min(MOST_SHIFT, free));
    if (Math.abs(shift) >= LEAST_SHIFT) shifts.set(component, shift);
  }
  return shifts;
}
