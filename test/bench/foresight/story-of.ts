import { type Background, readBackgrounds, type Source } from './backgrounds/background.js';
import { inject } from './backgrounds/inject.js';
import { INJECTIONS, type InjectionName } from './backgrounds/injections.js';
import { FAULTS, type FaultName } from './faults.js';
import type { Job } from './jobs.js';
import { NEGATIVES, type NegativeName } from './negatives.js';
import { faulty, sound } from './scenario.js';
import type { Watched } from './story.js';

const isFault = (kind: string): kind is FaultName => kind in FAULTS;
const isNegative = (kind: string): kind is NegativeName => kind in NEGATIVES;
const isInjection = (kind: string): kind is InjectionName => kind in INJECTIONS;

const read = new Map<string, Promise<Background[]>>();

/** A file is read once by each process. */
function backgroundsOf(source: Source): Promise<Background[]> {
  const key = JSON.stringify(source);
  const known = read.get(key) ?? readBackgrounds(source);
  read.set(key, known);
  return known;
}

function asItIs({ samples, failures }: Background): Watched | null {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined) return null;
  return {
    samples,
    failures,
    startedAt: first.at.getTime(),
    endedAt: last.at.getTime(),
    onsetAt: null,
    failedAt: null,
    predictable: false,
  };
}

/**
 * Make the story of a job; the same job makes the same story anywhere.
 *
 * @returns null where a fault cannot be put into a real series
 * @throws {Error} for a kind or a component that nobody knows
 */
export async function storyOf({ group, kind, seed, days, real }: Job): Promise<Watched | null> {
  if (group === 'fault' && isFault(kind)) return faulty(kind, seed);
  if (group === 'negative' && isNegative(kind)) return sound(kind, seed, days);
  if (real === undefined) throw new Error(`no such kind: ${kind}`);
  const found = await backgroundsOf(real.source);
  const background = found.find(({ component }) => component === real.component);
  if (background === undefined) throw new Error(`no such component: ${real.component}`);
  if (group === 'background') return asItIs(background);
  if (!isInjection(kind)) throw new Error(`no such kind: ${kind}`);
  return inject(background.samples, kind, seed);
}
