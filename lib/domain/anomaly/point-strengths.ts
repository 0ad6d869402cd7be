import type { Strength } from './anomaly.js';
import { type Scatter, scatterOf } from './scatter.js';

/** Points whose mean is compared, and points before them that it is compared with. */
const NOW = 10;
const BEFORE = 30;
/** Deviation of the difference of the two means, where the values are independent, in deviations of one. */
const OF_MEANS = Math.sqrt(1 / NOW + 1 / BEFORE);

function meanOf(y: readonly number[], from: number, until: number): number {
  let sum = 0;
  for (let i = from; i < until; i += 1) sum += y[i] ?? 0;
  return sum / (until - from);
}

function stepsOf(y: readonly number[]): Float64Array {
  const steps = new Float64Array(Math.max(0, y.length - 1));
  for (let i = 0; i < steps.length; i += 1) steps[i] = (y[i + 1] ?? 0) - (y[i] ?? 0);
  return steps;
}

function strength(distance: number, scale: number): number {
  return scale > 0 ? Math.abs(distance) / scale : 0;
}

/**
 * How unusual single points of a series are.
 *
 * - robust z: distance from the window's median in its scatter;
 * - first difference: a step against the usual size of steps;
 * - mean shift: the mean of the last 10 points against that of the 30 before.
 *
 * @returns a function of the point's index
 */
export function pointStrengths(y: readonly number[]): (i: number) => Strength[] {
  const level = scatterOf(y);
  const jumps = scatterOf(stepsOf(y));
  return (i) => {
    const value = y[i] ?? 0;
    const own: Strength = {
      detector: 'robust z',
      strength: strength(value - level.centre, level.scale),
      ...{ value, usual: level.centre },
    };
    if (i === 0) return [own];
    return [own, step(y, i, jumps), ...shift(y, i, level)];
  };
}

function step(y: readonly number[], i: number, jumps: Scatter): Strength {
  const value = y[i] ?? 0;
  const usual = y[i - 1] ?? value;
  const far = strength(value - usual - jumps.centre, jumps.scale);
  return { detector: 'first difference', strength: far, value, usual };
}

function shift(y: readonly number[], i: number, { scale }: Scatter): Strength[] {
  const from = i + 1 - NOW;
  if (from < BEFORE) return [];
  const value = meanOf(y, from, i + 1);
  const usual = meanOf(y, from - BEFORE, from);
  const far = strength(value - usual, scale * OF_MEANS);
  return [{ detector: 'mean shift', strength: far, value, usual }];
}
