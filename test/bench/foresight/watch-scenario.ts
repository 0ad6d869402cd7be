import { foldWindow } from '../../../lib/domain/health/fold.js';
import { TICK_MS, type Tick } from '../../../lib/domain/judge/foretold.js';
import { DEFAULT_SETTINGS } from '../../../lib/domain/settings.js';
import { METHODS, type MethodName } from './methods.js';
import type { Scenario } from './scenario.js';

/** The last index whose instant is not after another. */
function upTo(samples: Scenario['samples'], at: number, from: number): number {
  let index = from;
  while ((samples[index]?.at.getTime() ?? Number.POSITIVE_INFINITY) <= at) index += 1;
  return index;
}

/**
 * Ask methods about a scenario every five minutes, each time with nothing but what had been seen by then,
 * windowed as a sweep windows it. Ticks end with the failure.
 */
export function watchScenario(
  scenario: Scenario,
  methods: readonly MethodName[],
): Record<string, Tick[]> {
  const { samples, startedAt, endedAt, failedAt } = scenario;
  const { windowS, windowPoints, intervalS } = DEFAULT_SETTINGS;
  const said: Record<string, Tick[]> = Object.fromEntries(methods.map((name) => [name, []]));
  const firstAt = samples[0]?.at ?? null;
  let seen = 0;
  for (let at = startedAt + TICK_MS; at < (failedAt ?? endedAt); at += TICK_MS) {
    seen = upTo(samples, at, seen);
    const recent = samples
      .slice(Math.max(0, seen - windowPoints), seen)
      .filter((sample) => sample.at.getTime() > at - windowS * 1000);
    if (recent.length === 0) continue;
    const window = foldWindow(recent, { intervalS, firstAt });
    for (const name of methods) {
      said[name]?.push({ at, ...METHODS[name](window, new Date(at)) });
    }
  }
  return said;
}
