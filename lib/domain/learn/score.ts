import { mapped, shifted } from './calibrated.js';
import type { Example } from './examples.js';
import type { Fit } from './fit.js';

/** How well probabilities foretold some outcomes. */
export interface Score {
  /** Mean squared error, 0 to 1; 0 is best. @see Brier 1950 */
  readonly brier: number;
  /** Mean of −ln of what was given to that which came; 0 is best. @see Good 1952 */
  readonly logLoss: number;
  /** Names of the failures that a probability at or over the raising one came before. */
  readonly warned: ReadonlySet<string>;
}

/** A probability of 0 or 1 that is wrong costs as much as one in ten thousand, not everything. */
const LEAST = 1e-4;

/** What fits are scored on, all alike. */
export interface Trial {
  readonly check: readonly Example[];
  /** Components whose shifts do not count: to one fit they may be known, to the other they are not. */
  readonly unknown: ReadonlySet<string>;
  /** The probability from which an alarm is raised. */
  readonly raiseAt: number;
}

/**
 * Score a fit on some outcomes, each weighted by how many assessments it stands for.
 *
 * @returns NaN without examples
 */
export function scoreOf({ check, unknown, raiseAt }: Trial, fit: Fit): Score {
  let [sum, brier, logLoss] = [0, 0, 0];
  const warned = new Set<string>();
  for (const { p, y, weight, component, failure } of check) {
    const shift = unknown.has(component) ? 0 : (fit.shifts.get(component) ?? 0);
    const q = shifted(mapped(fit.map, p), shift);
    const given = y === 1 ? q : 1 - q;
    sum += weight;
    brier += weight * (1 - given) ** 2;
    logLoss -= weight * Math.log(Math.min(1, Math.max(LEAST, given)));
    if (failure !== null && q >= raiseAt) warned.add(failure);
  }
  return { brier: brier / sum, logLoss: logLoss / sum, warned };
}
