import { limitsFor, type Sample } from '../../../../lib/domain/metrics.js';
import { median } from '../../../../lib/domain/predict/robust.js';
import { DEFAULT_SETTINGS } from '../../../../lib/domain/settings.js';
import { HOUR, MINUTE } from '../../../../lib/domain/time.js';
import { type Random, randomOf } from '../random.js';
import type { Watched } from '../story.js';
import { type Change, INJECTIONS, type Injection, type InjectionName } from './injections.js';
import { type Failing, reachedAt } from './reaches.js';

/** Bounds of a ramp, milliseconds; at least so many samples long, so that there is something to see. */
const SHORTEST = 30 * MINUTE;
const LONGEST = 40 * HOUR;
const FEWEST = 8;

/** History before the onset, at least. */
const BEFORE = 10 * MINUTE;

/** How often a fault is drawn anew where it came to no failure. */
const DRAWS = 20;

/** A ramp goes on beyond its end until the series fails, up to here. */
const FARTHEST = 1.5;

/** Requests that an error ratio is of, where the series does not tell. */
const REQUESTS = 500;

interface Ramp {
  readonly onsetAt: number;
  readonly ms: number;
}

const timeOf = ({ at }: Sample): number => at.getTime();

/** The metric that a fault shows in; undefined when a background has none. */
export function subjectOf(samples: readonly Sample[], name: InjectionName): string | undefined {
  const metrics = new Set(samples.flatMap(({ values }) => Object.keys(values)));
  return [...metrics].sort().find(INJECTIONS[name].takes);
}

function drawRamp(samples: readonly Sample[], random: Random): Ramp | null {
  const [first = 0, last = 0] = [samples.at(0), samples.at(-1)].map((one) => one?.at.getTime());
  const cadence = (last - first) / Math.max(1, samples.length - 1);
  const onsetAt = first + random.uniform(BEFORE, Math.max(BEFORE, 0.8 * (last - first)));
  const shortest = Math.max(SHORTEST, FEWEST * cadence);
  const longest = Math.min(LONGEST, (last - onsetAt) / FARTHEST);
  return longest <= shortest ? null : { onsetAt, ms: random.logUniform(shortest, longest) };
}

function requestsIn(sample: Sample, before: Sample | undefined): number {
  const rate = sample.values['request_rate'];
  if (rate === undefined || before === undefined) return REQUESTS;
  return Math.max(1, Math.round((rate * (timeOf(sample) - timeOf(before))) / 1000));
}

function changed(samples: readonly Sample[], metric: string, ramp: Ramp, change: Change): Sample[] {
  return samples.map((sample, i) => {
    const value = sample.values[metric];
    if (value === undefined) return sample;
    const x = Math.min(FARTHEST, (timeOf(sample) - ramp.onsetAt) / ramp.ms);
    const requests = requestsIn(sample, samples[i - 1]);
    const now = change({ value, x, at: timeOf(sample), requests });
    return { ...sample, values: { ...sample.values, [metric]: now } };
  });
}

function drawn(samples: readonly Sample[], failing: Failing, injection: Injection, random: Random) {
  const ramp = drawRamp(samples, random);
  if (ramp === null) return null;
  const before = samples.filter((sample) => timeOf(sample) < ramp.onsetAt);
  const typical = median(before.flatMap(({ values }) => values[failing.metric] ?? []));
  if (!(typical >= 0) || typical >= failing.limit) return null;
  const change = injection.change({ limit: failing.limit, typical }, random);
  const made = changed(samples, failing.metric, ramp, change);
  const failedAt = reachedAt(made, failing);
  return failedAt === null || failedAt < ramp.onsetAt + BEFORE
    ? null
    : { samples: made, onsetAt: ramp.onsetAt, failedAt };
}

/**
 * Put a fault into a copy of a real series: from a drawn onset one metric grows to its limit and over it.
 *
 * The failure is the first instant at which the series that results fails by itself, never one that was
 * planned. The other metrics stay as they were.
 *
 * @param samples - of one component, oldest first; at least two
 * @returns null where the fault cannot be put: the metric is missing or fails anyway, or the series is
 * too short
 */
export function inject(
  samples: readonly Sample[],
  name: InjectionName,
  seed: string,
): Watched | null {
  const metric = subjectOf(samples, name);
  const limit = limitsFor(metric === undefined ? [] : [metric], {}, DEFAULT_SETTINGS)[metric ?? ''];
  const [first] = samples;
  if (metric === undefined || limit === undefined || first === undefined) return null;
  const injection: Injection = INJECTIONS[name];
  const failing: Failing = { metric, limit: limit.fail, fails: injection.fails };
  for (let draw = 0; draw < DRAWS; draw += 1) {
    const found = drawn(samples, failing, injection, randomOf(`${seed}/${name}/${draw}`));
    if (found === null) continue;
    return { ...found, startedAt: timeOf(first), endedAt: found.failedAt, predictable: true };
  }
  return null;
}
