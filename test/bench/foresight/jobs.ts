import { type JudgedRun, judgedRuns } from '../../../lib/domain/judge/alarm-run.js';
import { count } from '../../../lib/domain/judge/count.js';
import { HORIZONS_H, type Tick } from '../../../lib/domain/judge/foretold.js';
import { FAULTS, type FaultName } from './faults.js';
import type { MethodName } from './methods.js';
import { NEGATIVES, type NegativeName } from './negatives.js';
import { faulty, sound } from './scenario.js';
import type { Group, Watched } from './story.js';
import { noTallies, type Tallies } from './tallies.js';
import { watchScenario } from './watch-scenario.js';

/** One component to be made, watched and counted. */
export interface Job {
  readonly group: Group;
  readonly kind: string;
  readonly seed: string;
  /** How long a hard negative is watched. */
  readonly days: number;
}

/** What came of a job. */
export interface Result {
  readonly tallies: Tallies;
  /** Alarms of the first method, judged, per horizon. */
  readonly runs: readonly (readonly JudgedRun[])[];
  /** Whether the failure could be, and by a true alarm of the first method was, announced, per horizon. */
  readonly predictable: boolean;
}

const isFault = (kind: string): kind is FaultName => kind in FAULTS;
const isNegative = (kind: string): kind is NegativeName => kind in NEGATIVES;

/**
 * Make the story of a job; the same job makes the same story anywhere.
 *
 * @throws {Error} for a kind that nobody knows
 */
export function storyOf({ kind, seed, days }: Job): Watched {
  if (isFault(kind)) return faulty(kind, seed);
  if (isNegative(kind)) return sound(kind, seed, days);
  throw new Error(`no such kind: ${kind}`);
}

/** Count what methods said of a story. */
function counted(story: Watched, said: Record<string, readonly Tick[]>): Tallies {
  const tallies = noTallies(Object.keys(said));
  for (const [name, ticks] of Object.entries(said)) {
    for (const [h, tally] of (tallies[name] ?? []).entries()) count(tally, story, ticks, h);
  }
  return tallies;
}

/** Make, watch and count one component. */
export function work(job: Job, methods: readonly MethodName[]): Result {
  const story = storyOf(job);
  const said = watchScenario(story, methods);
  const first = said[methods[0] ?? ''] ?? [];
  return {
    tallies: counted(story, said),
    runs: HORIZONS_H.map((_, h) => judgedRuns(first, story, h)),
    predictable: story.predictable,
  };
}

/** The jobs of a simulated world: so many components of each kind of fault, and of each hard negative. */
export function simulatedJobs(seed: string, each: number, days: number): Job[] {
  const of = (group: Group, kinds: readonly string[]): Job[] =>
    kinds.flatMap((kind) =>
      Array.from({ length: each }, (_, i) => ({ group, kind, seed: `${seed}/${i}`, days })),
    );
  return [...of('fault', Object.keys(FAULTS)), ...of('negative', Object.keys(NEGATIVES))];
}
