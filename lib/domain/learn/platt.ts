import type { HorizonMap } from './calibration.js';
import { logit, sigmoid } from './logit.js';

/** One point of a logistic fit. */
export interface Point {
  /** Log odds of what was said. */
  readonly x: number;
  /** What came: 0 to 1. */
  readonly t: number;
  readonly weight: number;
}

/** The scale is expected within ±0.5 of 1, the shift within ±1 of 0: two in three, before any outcome. */
const PRIOR = { a: 1 / 0.5 ** 2, b: 1 };
/** What a map may do at most; beyond it the outcomes, not the predictor, are to be looked at. */
const A = { least: 0.2, most: 4 };
const MOST_B = 5;
/** Newton's method on two strictly convex parameters ends in about eight steps. */
export const MOST_STEPS = 60;

export const held = (x: number, least: number, most: number): number =>
  Math.min(most, Math.max(least, x));

interface Slope {
  /** Gradient of the penalised loss by a and b. */
  readonly a: number;
  readonly b: number;
  /** Its second derivatives. */
  readonly aa: number;
  readonly ab: number;
  readonly bb: number;
}

function slopeAt(points: readonly Point[], a: number, b: number): Slope {
  const slope = {
    a: PRIOR.a * (a - 1),
    b: PRIOR.b * b,
    aa: PRIOR.a,
    ab: 0,
    bb: PRIOR.b,
  };
  for (const { x, t, weight } of points) {
    const q = sigmoid(a * x + b);
    const [first, second] = [weight * (q - t), weight * q * (1 - q)];
    slope.a += first * x;
    slope.b += first;
    slope.aa += second * x * x;
    slope.ab += second * x;
    slope.bb += second;
  }
  return slope;
}

/** Newton's steps, each held to a move of at most 1, so that none can overshoot into a flat region. */
function minimised(points: readonly Point[], fixedA: number | null): { a: number; b: number } {
  let [a, b] = [fixedA ?? 1, 0];
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const s = slopeAt(points, a, b);
    const det = s.aa * s.bb - s.ab * s.ab;
    const moveA = fixedA === null ? held((s.bb * s.a - s.ab * s.b) / det, -1, 1) : 0;
    const moveB = held(fixedA === null ? (s.aa * s.b - s.ab * s.a) / det : s.b / s.bb, -1, 1);
    [a, b] = [a - moveA, b - moveB];
    if (Math.abs(moveA) + Math.abs(moveB) < 1e-9) break;
  }
  return { a, b };
}

/**
 * Platt's map `σ(a · logit p + b)` of probabilities to what came of them, with a prior that holds it
 * near the identity while outcomes are few.
 *
 * Targets are not 1 and 0 but `(N₊ + 1) / (N₊ + 2)` and `1 / (N₋ + 2)`, so that the first outcomes
 * are not taken for certainties. The prior is a normal one on `a` about 1 and on `b` about 0.
 *
 * @param points - `y` 0 or 1; weights that sum to the number of independent outcomes they are worth
 * @returns the identity without points
 * @see Platt, "Probabilistic outputs for support vector machines", 1999; Lin, Lin and Weng, "A note
 * on Platt's probabilistic outputs for support vector machines", 2007
 */
export function plattMap(
  points: readonly { readonly p: number; readonly y: 0 | 1; readonly weight: number }[],
): Pick<HorizonMap, 'a' | 'b'> {
  const count = (y: 0 | 1): number =>
    points.reduce((sum, point) => (point.y === y ? sum + point.weight : sum), 0);
  const [positive, negative] = [count(1), count(0)];
  const target = [1 / (negative + 2), (positive + 1) / (positive + 2)];
  const aimed = points.map(({ p, y, weight }) => ({ x: logit(p), t: target[y] ?? y, weight }));
  const free = minimised(aimed, null);
  const a = held(free.a, A.least, A.most);
  const { b } = a === free.a ? free : minimised(aimed, a);
  return { a, b: held(b, -MOST_B, MOST_B) };
}
