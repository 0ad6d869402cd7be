import { DAY } from '../../domain/time.js';
import type { Block } from '../../flows/replay/told.js';

/** A longer history is most likely one with an instant in another unit, or one from the year 1970. */
const LONGEST_DAYS = 1100;

/** Ticks that are looked at together: a day's, of five minutes each. */
const BLOCK = 288;

/**
 * The ticks of a span of time: multiples of the interval since the epoch, so that none of them moves when the
 * history grows at either end.
 *
 * @throws {Error} in one line, for a span that is too long to be meant
 */
export function planTicks(fromMs: number, toMs: number, everyMs: number): Block {
  const days = (toMs - fromMs) / DAY;
  if (days > LONGEST_DAYS) {
    const [from, to] = [fromMs, toMs].map((at) => new Date(at).toISOString());
    throw new Error(
      `the history goes from ${from} to ${to}, more than ${LONGEST_DAYS} days: is an instant wrong?`,
    );
  }
  return { from: Math.ceil(fromMs / everyMs), until: Math.floor(toMs / everyMs) + 1 };
}

/** Cut ticks into blocks that follow one another. */
export function blocksOf({ from, until }: Block): Block[] {
  const count = Math.max(0, Math.ceil((until - from) / BLOCK));
  return Array.from({ length: count }, (_, i) => ({
    from: from + i * BLOCK,
    until: Math.min(until, from + (i + 1) * BLOCK),
  }));
}
