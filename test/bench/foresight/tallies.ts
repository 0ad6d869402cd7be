import { HORIZONS_H } from '../../../lib/domain/judge/foretold.js';
import { add, noTally, type Tally } from '../../../lib/domain/judge/tally.js';

/** What was counted: method, then one tally per horizon. */
export type Tallies = Record<string, Tally[]>;

/** Nothing counted of any method. */
export function noTallies(methods: readonly string[]): Tallies {
  return Object.fromEntries(methods.map((name) => [name, HORIZONS_H.map(noTally)]));
}

/** Add up what was counted of several components, in their order. */
export function totalOf(methods: readonly string[], parts: Iterable<Tallies>): Tallies {
  const total = noTallies(methods);
  for (const part of parts) {
    for (const name of methods) {
      total[name]?.forEach((tally, h) => {
        const more = part[name]?.[h];
        if (more !== undefined) add(tally, more);
      });
    }
  }
  return total;
}
