import type { JudgedRun } from '../../../lib/domain/judge/alarm-run.js';
import type { Job, Result } from './jobs.js';

/** Why a component is shown. */
export type Why = 'seen' | 'missed' | 'false alarm';

/** A component worth looking at. */
export interface Choice {
  readonly job: Job;
  readonly why: Why;
  /** Index of the horizon that it is an example of. */
  readonly h: number;
  /** The alarm in question; null for what was missed. */
  readonly run: JudgedRun | null;
}

/** How many of each are shown. */
const SHOWN = { seen: 4, missed: 6, 'false alarm': 6 } as const;

/** A false alarm at a near horizon is the worse one: more is done because of it. */
const WEIGHTS = [6, 2, 1] as const;

type Pair = readonly [Job, Result];

function seenOf([job, { runs, predictable }]: Pair): Choice[] {
  const run = runs[0]?.find(({ verdict }) => verdict === 'true');
  return run === undefined || !predictable ? [] : [{ job, why: 'seen', h: 0, run }];
}

function missedOf([job, { runs, predictable }]: Pair): Choice[] {
  const isSeen = runs[0]?.some(({ verdict }) => verdict === 'true') ?? false;
  return predictable && !isSeen ? [{ job, why: 'missed', h: 0, run: null }] : [];
}

interface Weighed extends Choice {
  readonly weight: number;
}

function falseOf([job, { runs }]: Pair): Weighed[] {
  return runs.flatMap((of, h) =>
    of
      .filter(({ verdict }) => verdict === 'false')
      .map((run) => ({
        job,
        why: 'false alarm' as const,
        h,
        run,
        weight: (WEIGHTS[h] ?? 1) * (run.to - run.from + 1),
      })),
  );
}

/** The first of each kind, then the others: variety first. A component is shown once. */
function varied<T extends Choice>(choices: readonly T[], most: number): T[] {
  const single = [...new Map(choices.toReversed().map((one) => [one.job, one])).values()].reverse();
  const kinds = new Set<string>();
  const firsts = single.filter(({ job }) => !kinds.has(job.kind) && kinds.add(job.kind));
  const others = single.filter((one) => !firsts.includes(one));
  return [...firsts, ...others].slice(0, most);
}

/** Choose failures that were seen, failures that were missed, and the worst false alarms, of the first method. */
export function chooseExamples(jobs: readonly Job[], results: readonly Result[]): Choice[] {
  const pairs = jobs.flatMap((job, i): Pair[] => {
    const result = results[i];
    return result === undefined ? [] : [[job, result]];
  });
  const worst = pairs.flatMap(falseOf).toSorted((a, b) => b.weight - a.weight);
  return [
    ...varied(pairs.flatMap(seenOf), SHOWN.seen),
    ...varied(pairs.flatMap(missedOf), SHOWN.missed),
    ...varied(worst, SHOWN['false alarm']).map(({ weight: _, ...choice }) => choice),
  ];
}
