import { type JudgedRun, judgedRuns } from '../../../lib/domain/judge/alarm-run.js';
import { HORIZONS_H, type Story, type Tick } from '../../../lib/domain/judge/foretold.js';
import { type Limits, limitsFor, type Sample } from '../../../lib/domain/metrics.js';
import { DEFAULT_SETTINGS } from '../../../lib/domain/settings.js';
import { HOUR } from '../../../lib/domain/time.js';
import type { Choice } from './choose-examples.js';
import type { MethodName } from './methods.js';
import { storyOf } from './story-of.js';
import { watchScenario } from './watch-scenario.js';

/** One metric of an example, as shares of its limit. */
export interface Trace {
  readonly metric: string;
  readonly at: readonly number[];
  readonly share: readonly number[];
}

/** Everything that is drawn of a component. */
export interface Example extends Choice {
  readonly story: Story;
  /** What is shown of it, milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
  readonly traces: readonly Trace[];
  readonly ticks: readonly Tick[];
  readonly runs: readonly (readonly JudgedRun[])[];
}

/** Metrics that are shown of one component: those that have most to do with it. */
const MOST_TRACES = 2;

/** The stretch of a story that tells what happened. */
function stretch({ run }: Choice, { startedAt, endedAt, onsetAt, failedAt }: Story) {
  const clip = (at: number): number => Math.min(failedAt ?? endedAt, Math.max(startedAt, at));
  if (failedAt !== null && onsetAt !== null && (run === null || run.verdict === 'true')) {
    const ramp = failedAt - onsetAt;
    const before = Math.min(onsetAt - 0.35 * ramp, failedAt - 3 * HOUR, run?.from ?? failedAt);
    return { from: clip(Math.max(before, failedAt - 72 * HOUR)), to: failedAt };
  }
  const [begun, over] = [run?.from ?? startedAt, run?.to ?? endedAt];
  const around = Math.max(3 * HOUR, over - begun);
  return { from: clip(begun - around), to: clip(over + around / 2) };
}

function tracesOf(samples: readonly Sample[], limits: Limits): Trace[] {
  return Object.entries(limits).map(([metric, { fail }]) => {
    const own = samples.filter(({ values }) => values[metric] !== undefined);
    return {
      metric,
      at: own.map(({ at }) => at.getTime()),
      share: own.map(({ values }) => (values[metric] ?? 0) / fail),
    };
  });
}

/** Where a metric mostly was, at most, between two instants. */
function levelOf({ at, share }: Trace, from: number, to: number): number {
  const inside = share.filter((_, i) => (at[i] ?? 0) >= from && (at[i] ?? 0) <= to);
  return inside.toSorted((a, b) => a - b)[Math.floor(0.9 * inside.length)] ?? 0;
}

/** How much a metric has to do with it: how near its limit it came, and how far it went. */
function part(trace: Trace, [from, first, last]: readonly [number, number, number]): number {
  const level = levelOf(trace, first, last);
  return 2 * level - levelOf(trace, from, from + (last - from) / 8);
}

/**
 * Make a chosen component once more, with what one method said of it.
 *
 * @throws {Error} when the job has no story: such a one is no example
 */
export async function exampleOf(choice: Choice, method: MethodName): Promise<Example> {
  const story = await storyOf(choice.job);
  if (story === null) throw new Error(`${choice.job.kind} has no story`);
  const ticks = watchScenario(story, [method])[method] ?? [];
  const { from, to } = stretch(choice, story);
  const inside = (at: number): boolean => at >= from && at <= to;
  const shown = story.samples.filter(({ at }) => inside(at.getTime()));
  const names = new Set(shown.flatMap(({ values }) => Object.keys(values)));
  const { why, run } = choice;
  const [first, last] =
    why === 'false alarm' ? [run?.from ?? from, run?.to ?? to] : [to - (to - from) / 10, to];
  const traces = tracesOf(shown, limitsFor(names, {}, DEFAULT_SETTINGS))
    .toSorted((a, b) => part(b, [from, first, last]) - part(a, [from, first, last]))
    .slice(0, MOST_TRACES);
  return {
    ...choice,
    story,
    from,
    to,
    traces,
    ticks: ticks.filter(({ at }) => inside(at)),
    runs: HORIZONS_H.map((_, h) => judgedRuns(ticks, story, h)),
  };
}
