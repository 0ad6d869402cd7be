import { againstBars, type Judged } from './bars.js';
import { byKind, type Found } from './by-kind.js';
import type { Job, Result } from './jobs.js';
import type { Total } from './report/report.js';
import type { Group } from './story.js';
import { totalOf } from './tallies.js';

/** What a run came to. */
export interface Outcome {
  readonly found: readonly Found[];
  /** The simulated world, real backgrounds as they are, and those with faults in them: whichever there are. */
  readonly totals: readonly Total[];
  /** The first method's figures of the simulated world against the bars; empty without that world. */
  readonly judged: readonly Judged[];
}

const PARTS: readonly { readonly name: string; readonly groups: readonly Group[] }[] = [
  { name: 'Simulated world', groups: ['fault', 'negative'] },
  { name: 'Real backgrounds as they are', groups: ['background'] },
  { name: 'Real backgrounds with faults put into them', groups: ['injected'] },
];

/** Add up the results of all jobs. */
export function outcomeOf(
  jobs: readonly Job[],
  results: readonly Result[],
  methods: readonly string[],
): Outcome {
  const found = byKind(jobs, results, methods);
  const totals = PARTS.flatMap(({ name, groups }): Total[] => {
    const own = found.filter(({ group }) => groups.includes(group));
    const components = jobs.filter(
      ({ group }, i) => groups.includes(group) && results[i]?.isWatched === true,
    ).length;
    const tallies = totalOf(
      methods,
      own.map((one) => one.tallies),
    );
    return own.length === 0 ? [] : [{ name, components, tallies }];
  });
  const isSimulated = found.some(({ group }) => group === 'fault');
  const judged = isSimulated ? againstBars(totals[0]?.tallies ?? {}, found, methods[0] ?? '') : [];
  return { found, totals, judged };
}
