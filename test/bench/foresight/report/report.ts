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
