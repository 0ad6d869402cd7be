import { judgedRuns } from '../../../lib/domain/judge/alarm-run.js';
import { count } from '../../../lib/domain/judge/count.js';
import { HORIZONS_H, type Story, TICK_MS, type Tick } from '../../../lib/domain/judge/foretold.js';
import { storiesOf } from '../../../lib/domain/judge/stories.js';
import type { Job, Result } from './jobs.js';
import type { MethodName } from './methods.js';
import type { Watched } from './story.js';
import { storyOf } from './story-of.js';
import { noTallies, type Tallies } from './tallies.js';
import { watchScenario } from './watch-scenario.js';

/** A component's stories at a horizon: itself, or one for each of its real failures and one for the rest. */
function storiesAt(watched: Watched, h: number): readonly Story[] {
  const { failures = [], startedAt, endedAt } = watched;
  return failures.length === 0
    ? [watched]
    : storiesOf(failures, { startedAt, endedAt, tickMs: TICK_MS }, h);
}

const during = (ticks: readonly Tick[], { startedAt, endedAt }: Story): Tick[] =>
  ticks.filter(({ at }) => at > startedAt && at <= endedAt);

/** Count what methods said of a component. */
function counted(watched: Watched, said: Record<string, readonly Tick[]>): Tallies {
  const tallies = noTallies(Object.keys(said));
  for (const [name, ticks] of Object.entries(said)) {
    for (const [h, tally] of (tallies[name] ?? []).entries()) {
      for (const story of storiesAt(watched, h)) count(tally, story, during(ticks, story), h);
    }
  }
  return tallies;
}

/** Make, watch and count one component. */
export async function work(job: Job, methods: readonly MethodName[]): Promise<Result> {
  const watched = await storyOf(job);
  if (watched === null) {
    return { tallies: noTallies(methods), isWatched: false, runs: [], predictable: false };
  }
  const said = watchScenario(watched, methods);
  const first = said[methods[0] ?? ''] ?? [];
  return {
    tallies: counted(watched, said),
    isWatched: true,
    runs: HORIZONS_H.map((_, h) =>
      storiesAt(watched, h).flatMap((story) => judgedRuns(during(first, story), story, h)),
    ),
    predictable: watched.predictable,
  };
}
