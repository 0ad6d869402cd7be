import { median, noise } from '../predict/robust.js';
import type { Series } from '../window.js';

/** Points that a level is taken from: the median of three forgives one outlier. */
const LEVEL_POINTS = 3;
/** Points before the event that say what was normal. */
const BEFORE_POINTS = 30;
/** A change counts when it exceeds the noise so many times. */
const NOISES = 6;
/** Share of the whole rise that must happen at once: what is slower than a step is a drift. */
const SHARP_SHARE = 0.6;

/** A level that rose at once, and stayed up. */
export interface StepUp {
  readonly before: number;
  readonly now: number;
  /** The first point of the new level. */
  readonly at: Date;
}

/**
 * Find the step up of a metric after an event, or null when there is none.
 *
 * The newest level must exceed the level before the event by more than six times its noise, and most of
 * the rise must happen between one point and the next, after the event. So neither a drift that was
 * under way, nor trouble that began before, nor a spike that is over is blamed on the event. Needs three
 * points on both sides.
 *
 * Six times the noise is what told change points from chance in simulated and in real incidents.
 */
export function stepUp({ at, y }: Series, since: Date): StepUp | null {
  const split = at.findIndex((instant) => instant > since.getTime());
  if (split < LEVEL_POINTS || y.length - split < LEVEL_POINTS) return null;
  const past = y.slice(Math.max(0, split - BEFORE_POINTS), split);
  const before = median(past);
  const now = median(y.slice(-LEVEL_POINTS));
  const rise = now - before;
  if (!(rise > NOISES * noise(past))) return null;
  const onset = y.findIndex(
    (value, index) =>
      index >= split && value > before + rise / 2 && jump(y, index) >= SHARP_SHARE * rise,
  );
  const onsetAt = at[onset];
  return onsetAt === undefined ? null : { before, now, at: new Date(onsetAt) };
}

/** How much higher the three points from an index on are than the three before it; NaN at the ends. */
function jump(y: readonly number[], index: number): number {
  const from = y.slice(index, index + LEVEL_POINTS);
  if (from.length < LEVEL_POINTS) return Number.NaN;
  return median(from) - median(y.slice(index - LEVEL_POINTS, index));
}
