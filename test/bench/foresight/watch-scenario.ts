import { foldLines } from '../../../lib/domain/health/fold.js';
import { TICK_MS, type Tick } from '../../../lib/domain/judge/foretold.js';
import { DEFAULT_SETTINGS } from '../../../lib/domain/settings.js';
import { cutter } from './cut-lines.js';
import { METHODS, type MethodName } from './methods.js';
import type { Watched } from './story.js';

/** The last index whose instant is not after another. */
function upTo(samples: Watched['samples'], at: number, from: number): number {
  let index = from;
  while ((samples[index]?.at.getTime() ?? Number.POSITIVE_INFINITY) <= at) index += 1;
  return index;
}

/**
 * Ask methods about a component every five minutes, each time with nothing but what had been seen by then,
 * windowed as a sweep windows it. Ticks end with the failure.
 *
 * @param story - its samples oldest first
 */
export function watchScenario(
  story: Watched,
  methods: readonly MethodName[],
): Record<string, Tick[]> {
  const { samples, startedAt, endedAt, failedAt } = story;
  const { windowS, windowPoints, intervalS } = DEFAULT_SETTINGS;
  const watching = methods.map((name) => ({ name, watch: METHODS[name](), ticks: [] as Tick[] }));
  const firstAt = samples[0]?.at ?? null;
  const cut = cutter(samples);
  let seen = 0;
  for (let at = startedAt + TICK_MS; at < (failedAt ?? endedAt); at += TICK_MS) {
    seen = upTo(samples, at, seen);
    const beyond = samples[seen - windowPoints - 1]?.at.getTime() ?? Number.NEGATIVE_INFINITY;
    const lines = cut(Math.max(at - windowS * 1000, beyond), at);
    if (lines.length === 0) continue;
    const window = foldLines(lines, { intervalS, firstAt });
    for (const { watch, ticks } of watching) ticks.push({ at, ...watch(window, new Date(at)) });
  }
  return Object.fromEntries(watching.map(({ name, ticks }) => [name, ticks]));
}
