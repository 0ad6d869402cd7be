import { DAY } from '../../domain/time.js';
import type { Block } from '../../flows/replay/told.js';

/** A longer history is most likely one with an instant in another unit, or one from the year 1970. */
const LONGEST_DAYS = 1100;

/** Looks that are made together, at most and about: a day of 50 components, in some 10 MB. */
const LOOKS = 14_400;

/** Ticks of a block: few make others wait, and many say late how far it has come. */
const [FEWEST, MOST] = [12, 288];

/**
 * The ticks of a span of time: multiples of the interval since the epoch, so that none of them moves when the
 * history grows at either end.
 *
 * @throws {Error} in one line, for a span that is too long to be meant, or holds no tick
 */
export function planTicks(fromMs: number, toMs: number, everyMs: number): Block {
  const days = (toMs - fromMs) / DAY;
  if (days > LONGEST_DAYS) {
    const [from, to] = [fromMs, toMs].map((at) => new Date(at).toISOString());
    throw new Error(
      `the history goes from ${from} to ${to}, more than ${LONGEST_DAYS} days: is an instant wrong?`,
    );
  }
  const ticks = { from: Math.ceil(fromMs / everyMs), until: Math.floor(toMs / everyMs) + 1 };
  if (ticks.from < ticks.until) return ticks;
  throw new Error('the history is so short that no tick lies in it: look more often, with --every');
}

/**
 * Cut ticks into blocks that follow one another.
 *
 * @param components - the more there are, the shorter the blocks: memory does not grow with them
 */
export function blocksOf({ from, until }: Block, components: number): Block[] {
  const size = Math.max(FEWEST, Math.min(MOST, Math.floor(LOOKS / Math.max(1, components))));
  const count = Math.max(0, Math.ceil((until - from) / size));
  return Array.from({ length: count }, (_, i) => ({
    from: from + i * size,
    until: Math.min(until, from + (i + 1) * size),
  }));
}
