import type { HorizonMap } from './calibration.js';
import { type Example, effectiveCount } from './examples.js';
import { type Block, poolAdjacent } from './pool.js';

/**
 * Independent outcomes that what was said so far counts for in each block: three runs of alarms that
 * all came true make 0.85 of 0.8, not a certainty.
 */
const PRIOR_COUNT = 8;

/** An example with what the first part of the map makes of it. */
export type Scored = Pick<Example, 'y' | 'weight' | 'fate'> & { readonly x: number };

/** What came in a block, drawn to what had been said in it. */
function drawn(block: Block, scored: readonly Scored[]): { y: number; weight: number } {
  const count = effectiveCount(scored.slice(block.first, block.end));
  const weight = count + PRIOR_COUNT;
  return { y: (count * block.y + PRIOR_COUNT * block.x) / weight, weight };
}

const round = (x: number): number => Math.round(x * 1e5) / 1e5;

/** Points that are kept at most: outcomes by the ten thousand pool to a few dozen. */
const MOST_POINTS = 100;

/** Rounding may put two points at one place: the later one stands. */
function apart(knots: readonly [number, number][]): [number, number][] {
  const kept = [...new Map(knots).entries()];
  const every = Math.ceil(kept.length / MOST_POINTS);
  return kept.filter((_, i) => i % every === 0 || i === kept.length - 1);
}

/**
 * Knots of a rising line from what was said to what came of it.
 *
 * Neighbours are pooled until their shares of failures rise; each share is drawn to what had been
 * said, by as much as eight outcomes, and what this turned round is pooled again. The line runs
 * through the blocks' centres, and from the outermost points to (0, 0) and (1, 1): where nothing came
 * to be known, it goes back to what was said.
 *
 * @param scored - in any order
 * @see Zadrozny and Elkan, "Transforming classifier scores into accurate multiclass probability
 * estimates", 2002; the drawing is m-estimation, Cestnik 1990
 */
export function isotonicKnots(scored: readonly Scored[]): HorizonMap['knots'] {
  const sorted = scored.toSorted((a, b) => a.x - b.x || a.y - b.y || a.weight - b.weight);
  const pooled = poolAdjacent(sorted);
  const calm = pooled.map((block) => ({ ...block, ...drawn(block, sorted) }));
  const blocks = poolAdjacent(calm).map((block) => ({
    ...block,
    from: calm[block.first]?.from ?? block.from,
    to: calm[block.end - 1]?.to ?? block.to,
  }));
  const knots = blocks.map(({ x, y }): [number, number] => [round(x), round(y)]);
  const [first, last] = [blocks[0], blocks.at(-1)];
  if (first === undefined || last === undefined) return [];
  return apart([[round(first.from), round(first.y)], ...knots, [round(last.to), round(last.y)]]);
}
