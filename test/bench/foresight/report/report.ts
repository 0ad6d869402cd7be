import type { Judged } from '../bars.js';
import type { Found } from '../by-kind.js';
import type { Example } from '../example.js';
import type { Tallies } from '../tallies.js';

/** What was counted of some components together. */
export interface Total {
  readonly name: string;
  readonly components: number;
  readonly tallies: Tallies;
}

/** Everything that a report shows. */
export interface Report {
  readonly seed: string;
  /** The command that makes the same figures. */
  readonly command: string;
  /** The method whose kinds, plots and examples are shown. */
  readonly method: string;
  /** What was counted of all methods: of the simulated world first, if there is one. */
  readonly totals: readonly Total[];
  readonly found: readonly Found[];
  readonly bars: readonly Judged[];
  readonly examples: readonly Example[];
}

/** What a total is of: over how many components, and over how many weeks in which nothing was wrong. */
export function titleOf({ name, components, tallies }: Total): string {
  const weeks = Object.values(tallies)[0]?.[0]?.quietWeeks ?? 0;
  const watched = components === 1 ? 'component' : 'components';
  return `${name}: ${components} ${watched}, ${weeks.toFixed(1)} weeks in which nothing was wrong`;
}

/** The first of the totals in which something fails, to be shown in detail: without failures there is little to see. */
export function inDetail(totals: readonly Total[], method: string): Total | undefined {
  const fails = ({ tallies }: Total): boolean =>
    (tallies[method] ?? []).some(({ predictable }) => predictable > 0);
  return totals.find(fails) ?? totals[0];
}
