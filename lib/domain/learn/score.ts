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

/**
 * Score a fit on some outcomes, each weighted by how many assessments it stands for.
 *
 * @param raiseAt - the probability from which an alarm is raised
 * @returns NaN without examples
 */
export function scoreOf(examples: readonly Example[], fit: Fit, raiseAt: number): Score {
  let [sum, brier, logLoss] = [0, 0, 0];
  const warned = new Set<string>();
  for (const { p, y, weight, component, failure } of examples) {
    const q = shifted(mapped(fit.map, p), fit.shifts.get(component) ?? 0);
    const given = y === 1 ? q : 1 - q;
    sum += weight;
    brier += weight * (1 - given) ** 2;
    logLoss -= weight * Math.log(Math.min(1, Math.max(LEAST, given)));
    if (failure !== null && q >= raiseAt) warned.add(failure);
  }
  return { brier: brier / sum, logLoss: logLoss / sum, warned };
}
