import { type JudgedRun, judgedRuns } from '../../domain/judge/alarm-run.js';
import { count } from '../../domain/judge/count.js';
import { HORIZONS_H, type Story, type Tick } from '../../domain/judge/foretold.js';
import { storiesOf } from '../../domain/judge/stories.js';
import { noTally, type Tally } from '../../domain/judge/tally.js';
import type { Account } from './account.js';
import type { Failures } from './failures-file.js';

/** One failure, and when each horizon's alarm for it began; null where none was right. */
export interface JudgedFailure {
  readonly failedAt: number;
  /** Whether it came too soon after another, or after the beginning, to be announced. */
  readonly predictable: boolean;
  readonly announcedAt: readonly (number | null)[];
}

/** How one component's alarms turned out. */
export interface JudgedAccount {
  readonly name: string;
  readonly failures: readonly JudgedFailure[];
  /** Of each horizon, the alarms that were not right. */
  readonly wrong: readonly (readonly JudgedRun[])[];
  /** Failures outside of what was watched, and those so soon after another that they are the same. */
  readonly left: readonly number[];
}

/** What was judged, and the counts of each horizon over all components. */
export interface Judged {
  readonly accounts: readonly JudgedAccount[];
  readonly tallies: readonly Tally[];
}

interface Told {
  readonly story: Story;
  readonly runs: readonly JudgedRun[];
}

/** The ticks of a story of which it is known what followed. */
function within(said: readonly Tick[], story: Story): Tick[] {
  const { startedAt, failedAt, onsetAt, endedAt } = story;
  const until = failedAt ?? onsetAt ?? endedAt;
  return said.filter(({ at }) => at >= startedAt && at < until);
}

function announced(all: readonly (readonly Told[])[], failedAt: number): (number | null)[] {
  return all.map((stories) => {
    const found = stories.find(({ story }) => story.failedAt === failedAt);
    return found?.runs.find(({ verdict }) => verdict === 'true')?.from ?? null;
  });
}

function judgeAccount(
  { name, said, sound, from, to }: Account,
  failures: readonly number[],
  tallies: readonly Tally[],
  tickMs: number,
): JudgedAccount {
  // The last tick is the end of what was watched, with what could still be seen coming at it.
  const watched = {
    startedAt: from?.getTime() ?? 0,
    endedAt: to === null ? 0 : to.getTime() + tickMs,
    tickMs,
    mendedAt: (since: number) => sound.find((at) => at >= since) ?? null,
  };
  const all = HORIZONS_H.map((_, h) =>
    storiesOf(failures, watched, h).map((story) => {
      const ticks = within(said, story);
      const tally = tallies[h];
      if (tally !== undefined) count(tally, story, ticks, h);
      return { story, runs: judgedRuns(ticks, story, h) };
    }),
  );
  const told = (all[0] ?? []).map(({ story }) => story).filter(({ failedAt }) => failedAt !== null);
  return {
    name,
    failures: told.map(({ failedAt, predictable }) => ({
      failedAt: failedAt ?? 0,
      predictable,
      announcedAt: announced(all, failedAt ?? 0),
    })),
    wrong: all.map((stories) =>
      stories.flatMap(({ runs }) => runs.filter(({ verdict }) => verdict !== 'true')),
    ),
    left: failures.filter((at) => !told.some(({ failedAt }) => failedAt === at)),
  };
}

/** Judge what a backtest said by what really failed. */
export function judgeAccounts(
  accounts: readonly Account[],
  failures: Failures,
  tickMs: number,
): Judged {
  const tallies = HORIZONS_H.map(noTally);
  return {
    accounts: accounts.map((account) =>
      judgeAccount(account, failures.get(account.name) ?? [], tallies, tickMs),
    ),
    tallies,
  };
}
