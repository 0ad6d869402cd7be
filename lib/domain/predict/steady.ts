import type { Said } from '../assessment.js';

/** Horizons in which a rise, and a fall, of the log odds is followed by two thirds. */
const UP = 0.2;
const DOWN = 0.25;

/** A silence of so many horizons makes what was said before worthless. */
const FORGOTTEN = 1;

const logit = (p: number): number => {
  const held = Math.min(0.9999, Math.max(0.0001, p));
  return Math.log(held / (1 - held));
};

/**
 * What is said now, given what was said before: an exponentially weighted mean of the log odds that
 * follows a rise fast and a fall slowly, so that one odd minute neither raises nor ends an alarm.
 *
 * @param before - of the same component; null for its first assessment
 * @param horizonS - the horizon of the level critical, seconds
 */
export function steadied(before: Said | null, now: Said, horizonS: number): Said {
  if (before === null) return now;
  const passed = (now.at - before.at) / (1000 * horizonS);
  if (passed <= 0) return before;
  if (passed > FORGOTTEN) return now;
  const follow = (old: number, p: number): number => {
    const [from, to] = [logit(old), logit(p)];
    const share = -Math.expm1(-passed / (to > from ? UP : DOWN));
    return 1 / (1 + Math.exp(-(from + share * (to - from))));
  };
  const first = follow(before.horizons['1h'], now.horizons['1h']);
  const sixth = Math.max(first, follow(before.horizons['6h'], now.horizons['6h']));
  const last = Math.max(sixth, follow(before.horizons['24h'], now.horizons['24h']));
  return { at: now.at, horizons: { '1h': first, '6h': sixth, '24h': last } };
}
