/** Where some values lie, and how far from there they usually are. */
export interface Scatter {
  readonly centre: number;
  /** A standard deviation where the values are normal; 0 only where all are (nearly) the same. */
  readonly scale: number;
}

/** Makes the median absolute deviation of normal values their standard deviation. */
const BY_MEDIAN = 1.4826;
/** The same for the mean absolute deviation. */
const BY_MEAN = 1.2533;
/** Smaller differences than this share of the level are rounding: samples are kept in single precision. */
const ROUNDING = 1e-6;

/**
 * The robust centre and scale of some values.
 *
 * Where more than half of them are the same, the median deviation is 0 and the mean one stands for it, so
 * that a metric which mostly rests is not astonished by each of its steps.
 */
export function scatterOf(values: ArrayLike<number>): Scatter {
  const sorted = new Float64Array(values).sort();
  const centre = middle(sorted);
  const scale = BY_MEDIAN * middleDistance(sorted, centre);
  const least = ROUNDING * Math.abs(centre);
  if (scale > least) return { centre, scale };
  let sum = 0;
  for (const value of sorted) sum += Math.abs(value - centre);
  const mean = sum / sorted.length;
  return { centre, scale: mean > least ? BY_MEAN * mean : 0 };
}

function middle(sorted: Float64Array): number {
  const half = sorted.length >> 1;
  const high = sorted[half] ?? Number.NaN;
  const low = sorted.length % 2 === 1 ? high : (sorted[half - 1] ?? Number.NaN);
  return low + (high - low) / 2;
}

/** The median distance from a centre: the half of the sorted values that is nearest to it is one stretch. */
function middleDistance(sorted: Float64Array, centre: number): number {
  let from = 0;
  let until = sorted.length - 1;
  const distance = (i: number): number => Math.abs((sorted[i] ?? Number.NaN) - centre);
  while (until - from > sorted.length >> 1) {
    if (distance(from) > distance(until)) from += 1;
    else until -= 1;
  }
  return Math.max(distance(from), distance(until));
}
