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

/** Variety first: new kinds in other components, then new kinds, then the others. One component once. */
function varied<T extends Choice>(choices: readonly T[], most: number): T[] {
  const shown = new Set<Job>();
  const single = choices.filter(({ job }) => !shown.has(job) && shown.add(job));
  const [kinds, components] = [new Set<string>(), new Set<string>()];
  const taken = new Set<T>();
  const take = (one: T): void => {
    taken.add(one);
    kinds.add(one.job.kind);
    if (one.job.real !== undefined) components.add(one.job.real.component);
  };
  const isNewKind = ({ job }: T): boolean => !kinds.has(job.kind);
  const isElsewhere = ({ job }: T): boolean => !components.has(job.real?.component ?? '');
  for (const one of single) if (isNewKind(one) && isElsewhere(one)) take(one);
  for (const one of single) if (isNewKind(one)) take(one);
  for (const one of single) take(one);
  return [...taken].slice(0, most);
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
