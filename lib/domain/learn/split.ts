import { DAY, SECOND } from '../time.js';
import type { Example } from './examples.js';
import { hash } from './hash.js';

/** Outcomes to learn from, and those to check it on. */
export interface Split {
  readonly learn: readonly Example[];
  readonly check: readonly Example[];
  /** The components among those to check on of which nothing is learned. */
  readonly unknown: ReadonlySet<string>;
}

/** The components that are held out: others from day to day, or one's habits would never be learned. */
function heldComponents(examples: readonly Example[], share: number, day: number): Set<string> {
  const names = [...new Set(examples.map(({ component }) => component))];
  const ranked = names.map((name) => ({ name, rank: hash(`${day} ${name}`) }));
  ranked.sort((a, b) => a.rank - b.rank || (a.name < b.name ? -1 : 1));
  return new Set(ranked.slice(0, Math.floor(share * names.length)).map(({ name }) => name));
}

/**
 * Part outcomes into those to learn from and those to check it on, by time and by component.
 *
 * Held out are the newest part (does what was learned go on to be true?) and, from all times, some
 * components (is it true of those it knows nothing of?). What was predicted less than a horizon
 * before the newest part is in neither: its failure may be one that the newest part is checked on.
 *
 * @param examples - in order of time
 * @param options.heldOut - the share that is held out of the times, and of the components; 0 to 1
 * @param options.lengthS - length of the horizon, seconds
 * @param options.since - what is older has been learned from by what is in force: none of it is in the
 * newest part, which must be as new to one as to the other; milliseconds since the epoch
 */
export function split(
  examples: readonly Example[],
  options: { readonly heldOut: number; readonly lengthS: number; readonly since: number },
): Split {
  const newest = Math.floor(examples.length * (1 - options.heldOut));
  const cut = Math.max(examples[newest]?.at ?? Number.POSITIVE_INFINITY, options.since + 1);
  const unknown = heldComponents(examples, options.heldOut, Math.floor(cut / DAY));
  const gap = options.lengthS * SECOND;
  return {
    learn: examples.filter(({ at, component }) => at < cut - gap && !unknown.has(component)),
    check: examples.filter(({ at, component }) => at >= cut || unknown.has(component)),
    unknown,
  };
}
