/** A line through some of the newest points. */
export interface Fit {
  readonly points: number;
  /** Way per horizon. */
  readonly slope: number;
  /** The line's level at the present. */
  readonly level: number;
  /** The slope over its deviation, as least squares would have it; 0 where there is no line. */
  readonly t: number;
}

/** No line. */
export const NO_FIT: Fit = { points: 0, slope: 0, level: 0, t: 0 };

/** Residuals below this share of the way are rounding: no line is surer than that. */
const LEAST_DEVIATION = 0.002;

/** Fewest points of a line. */
const LEAST = 4;

/** What is summed up over points, from the newest back. */
class Sums {
  n = 0;
  t = 0;
  x = 0;
  tt = 0;
  tx = 0;
  xx = 0;

  add(t: number, x: number): void {
    this.n += 1;
    this.t += t;
    this.x += x;
    this.tt += t * t;
    this.tx += t * x;
    this.xx += x * x;
  }

  fit(): Fit {
    const { n } = this;
    if (n < LEAST) return NO_FIT;
    const tt = this.tt - (this.t * this.t) / n;
    if (tt <= 1e-12) return NO_FIT;
    const tx = this.tx - (this.t * this.x) / n;
    const xx = this.xx - (this.x * this.x) / n;
    const slope = tx / tt;
    const rest = Math.max(0, xx - slope * tx) / (n - 2);
    const deviation = Math.sqrt(Math.max(rest, LEAST_DEVIATION ** 2) / tt);
    return { points: n, slope, level: (this.x - slope * this.t) / n, t: slope / deviation };
  }
}

/**
 * Least-squares lines through the newest points of a series, one for each length, in one pass.
 *
 * @param t - horizons relative to the present, increasing
 * @param x - way; NaN is missing
 * @param lengths - how many places from the newest back, increasing; missing ones count as places
 * @param from - index of the first point that a line may use
 */
export function fits(
  t: ArrayLike<number>,
  x: ArrayLike<number>,
  lengths: readonly number[],
  from: number,
): Fit[] {
  const sums = new Sums();
  const found: Fit[] = [];
  let next = 0;
  for (let i = x.length - 1; i >= from && next < lengths.length; i -= 1) {
    const value = x[i] ?? Number.NaN;
    if (!Number.isNaN(value)) sums.add(t[i] ?? 0, value);
    if (x.length - i === lengths[next]) {
      found.push(sums.fit());
      next += 1;
    }
  }
  // A shorter past gives the longer lengths its whole.
  const whole = next < lengths.length ? sums.fit() : NO_FIT;
  while (found.length < lengths.length) found.push(whole);
  return found;
}

/** Nothing is projected farther than this, in horizons; nor nearer than that. */
const FARTHEST = 300;
const NEAREST = 0.02;

/** Logarithm of the horizons until a slope leads from a level to the limit; that of 300 for never. */
export function logTimeToLimit(level: number, slope: number): number {
  const rest = 1 - level;
  if (rest <= 0) return Math.log(NEAREST);
  if (slope <= 0) return Math.log(FARTHEST);
  const time = rest / slope;
  return Math.log(clamp(time, NEAREST, FARTHEST));
}

/** A number held within bounds. */
export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

/** How the slope of the newer half compares with that of the whole: 1 is straight, 0 has come to rest. */
export function steadiness(half: Fit, whole: Fit): number {
  if (whole.slope <= 1e-6 || half.points === 0) return half.slope > 1e-6 ? 2 : 0;
  return clamp(half.slope / whole.slope, -1, 3);
}
