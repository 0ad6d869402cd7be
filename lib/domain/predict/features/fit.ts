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

/** Residuals below this share of the way are rounding: no line is surer than that. */
const LEAST_DEVIATION = 0.002;

/** Fewest points of a line. */
const LEAST = 4;

/**
 * Lines through the newest points of a series, one for each length, in arrays that are used again and again:
 * a sweep looks at thousands of series, and what it does not allocate is not collected.
 */
export class Fits {
  readonly lengths: readonly number[];
  /** Way per horizon. */
  readonly slope: Float64Array;
  /** The line's level at the present. */
  readonly level: Float64Array;
  /** The slope over its deviation, as least squares would have it; 0 where there is no line. */
  readonly t: Float64Array;
  readonly points: Float64Array;

  /** @param lengths - how many places from the newest back, increasing; missing ones count as places */
  constructor(lengths: readonly number[]) {
    this.lengths = lengths;
    this.slope = new Float64Array(lengths.length);
    this.level = new Float64Array(lengths.length);
    this.t = new Float64Array(lengths.length);
    this.points = new Float64Array(lengths.length);
  }

  /** Forget what was fitted: no lines. */
  clear(): void {
    for (let line = 0; line < this.lengths.length; line += 1) this.#put(line, 0, 0, 0, 0);
  }

  /**
   * Fit by least squares, in one pass.
   *
   * @param at - horizons relative to the present, increasing
   * @param x - way; NaN is missing
   * @param from - index of the first point that a line may use
   */
  fit(at: readonly number[], x: readonly number[], from: number): void {
    const { lengths } = this;
    const { length } = x;
    let next = 0;
    let n = 0;
    let t = 0;
    let sum = 0;
    let tt = 0;
    let tx = 0;
    let xx = 0;
    for (let i = length - 1; i >= from && next < lengths.length; i -= 1) {
      const value = x[i] ?? Number.NaN;
      if (!Number.isNaN(value)) {
        const time = at[i] ?? 0;
        n += 1;
        t += time;
        sum += value;
        tt += time * time;
        tx += time * value;
        xx += value * value;
      }
      if (length - i === lengths[next]) {
        this.#line(next, n, t, sum, tt, tx, xx);
        next += 1;
      }
    }
    // A shorter past gives the longer lengths its whole.
    for (; next < lengths.length; next += 1) this.#line(next, n, t, sum, tt, tx, xx);
  }

  /** The line through points of which the sums are known. */
  #line(line: number, n: number, t: number, x: number, tt: number, tx: number, xx: number): void {
    const ofT = tt - (t * t) / n;
    if (n < LEAST || ofT <= 1e-12) {
      this.#put(line, 0, 0, 0, 0);
      return;
    }
    const slope = (tx - (t * x) / n) / ofT;
    const rest = Math.max(0, xx - (x * x) / n - slope * (tx - (t * x) / n)) / (n - 2);
    const deviation = Math.sqrt(Math.max(rest, LEAST_DEVIATION ** 2) / ofT);
    this.#put(line, slope, (x - slope * t) / n, slope / deviation, n);
  }

  #put(line: number, slope: number, level: number, t: number, points: number): void {
    this.slope[line] = slope;
    this.level[line] = level;
    this.t[line] = t;
    this.points[line] = points;
  }

  /** One of the lines. */
  at(line: number): Fit {
    const { slope, level, t, points } = this;
    return {
      ...{ slope: slope[line] ?? 0, level: level[line] ?? 0 },
      ...{ t: t[line] ?? 0, points: points[line] ?? 0 },
    };
  }

  /** How sure a line's slope is, held between −5 and `most`. */
  score(line: number, most = 30): number {
    return clamp(this.t[line] ?? 0, -5, most);
  }

  /** Logarithm of the horizons until a line leads to the limit, from its level or a higher one. */
  timeToLimit(line: number, least: number): number {
    return logTimeToLimit(Math.max(this.level[line] ?? 0, least), this.slope[line] ?? 0);
  }

  /** How the slope of a newer line compares with that of a longer: 1 is straight, 0 has come to rest. */
  steadiness(newer: number, longer: number): number {
    const slope = this.slope[newer] ?? 0;
    const whole = this.slope[longer] ?? 0;
    if (whole <= 1e-6 || this.points[newer] === 0) return slope > 1e-6 ? 2 : 0;
    return clamp(slope / whole, -1, 3);
  }
}

/** Nothing is projected farther than this, in horizons; nor nearer than that. */
const FARTHEST = 300;
const NEAREST = 0.02;

const NEVER = Math.log(FARTHEST);
const NOW = Math.log(NEAREST);

/** Logarithm of the horizons until a slope leads from a level to the limit; that of 300 for never. */
export function logTimeToLimit(level: number, slope: number): number {
  const rest = 1 - level;
  if (rest <= 0) return NOW;
  if (slope <= 0) return NEVER;
  const time = rest / slope;
  return Math.log(clamp(time, NEAREST, FARTHEST));
}

/** A number held within bounds. */
export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
