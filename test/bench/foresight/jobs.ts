import type { JudgedRun } from '../../../lib/domain/judge/alarm-run.js';
import { type Background, readBackgrounds, type Source } from './backgrounds/background.js';
import { subjectOf } from './backgrounds/inject.js';
import { INJECTIONS, type InjectionName } from './backgrounds/injections.js';
import { FAULTS } from './faults.js';
import { NEGATIVES } from './negatives.js';
import type { Group } from './story.js';
import type { Tallies } from './tallies.js';

/** One component to be made, watched and counted. */
export interface Job {
  readonly group: Group;
  readonly kind: string;
  readonly seed: string;
  /** How long a hard negative is watched. */
  readonly days: number;
  /** The real series that it is, or is made from. */
  readonly real?: { readonly source: Source; readonly component: string };
}

/** What a person calls a job. */
export function nameOf({ group, kind, real }: Job): string {
  if (group === 'background') return `${kind}, as it is`;
  return real === undefined ? kind : `${kind} in ${real.component}`;
}

/** What came of a job. */
export interface Result {
  readonly tallies: Tallies;
  /** False where there was nothing to watch: a fault that cannot be put into a real series. */
  readonly isWatched: boolean;
  /** Alarms of the first method, judged, per horizon. */
  readonly runs: readonly (readonly JudgedRun[])[];
  /** Whether there is a failure that could be seen coming. */
  readonly predictable: boolean;
}

/** The jobs of a simulated world: so many components of each kind of fault, and of each hard negative. */
export function simulatedJobs(seed: string, each: number, days: number): Job[] {
  const of = (group: Group, kinds: readonly string[]): Job[] =>
    kinds.flatMap((kind) =>
      Array.from({ length: each }, (_, i) => ({ group, kind, seed: `${seed}/${i}`, days })),
    );
  return [...of('fault', Object.keys(FAULTS)), ...of('negative', Object.keys(NEGATIVES))];
}

function jobsOf(source: Source, background: Background, seed: string, each: number): Job[] {
  const { component, samples } = background;
  const real = { source, component };
  const names = Object.keys(INJECTIONS) as InjectionName[];
  const injected = names
    .filter((name) => subjectOf(samples, name) !== undefined)
    .flatMap((kind) =>
      Array.from({ length: each }, (_, i): Job => {
        return { group: 'injected', kind, seed: `${seed}/${component}/${i}`, days: 0, real };
      }),
    );
  const asItIs: Job = { group: 'background', kind: component, seed, days: 0, real };
  // What fails by itself is no ground to put a fault into.
  return background.failures.length > 0 ? [asItIs] : [asItIs, ...injected];
}

/**
 * The jobs of real backgrounds: each component as it is, and so many copies of it with each fault put in
 * that it has a metric for.
 */
export async function backgroundJobs(
  sources: readonly Source[],
  seed: string,
  each: number,
): Promise<Job[]> {
  const jobs: Job[] = [];
  for (const source of sources) {
    for (const background of await readBackgrounds(source)) {
      jobs.push(...jobsOf(source, background, seed, each));
    }
  }
  const of = (group: Group): Job[] => jobs.filter((job) => job.group === group);
  return [...of('background'), ...of('injected')];
}
