/** How surely a series goes one way. */
export interface Direction {
  /** Rising pairs minus falling pairs. */
  readonly s: number;
  /** `s` over all pairs that are not ties, −1 to 1. */
  readonly tau: number;
  /** Standard score of `s`, with the continuity correction: 3.2 is a chance of 1 in 1,500. */
  readonly z: number;
}

/** Variance of `s` where nothing happens, corrected for ties. */
function varianceOfS(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const term = (n: number): number => n * (n - 1) * (2 * n + 5);
  let sum = term(values.length);
  for (const count of counts.values()) sum -= term(count);
  return sum / 18;
}

/** How many earlier values lie below the one at `later`, and how many above. */
function against(values: readonly number[], later: number): { below: number; above: number } {
  const value = values[later] ?? 0;
  let below = 0;
  let above = 0;
  for (let earlier = 0; earlier < later; earlier += 1) {
    const other = values[earlier] ?? 0;
    if (other < value) below += 1;
    else if (other > value) above += 1;
  }
  return { below, above };
}

/**
 * The Mann–Kendall test for a monotone trend: distribution-free, deaf to spikes.
 *
 * Fewer than two different values have no direction: all zero.
 *
 * @see Mann, "Nonparametric Tests Against Trend", Econometrica 13 (1945)
 * @see Gilbert, "Statistical Methods for Environmental Pollution Monitoring" (1987), 16.4, for ties
 */
export function mannKendall(values: readonly number[]): Direction {
  let rising = 0;
  let falling = 0;
  for (let later = 1; later < values.length; later += 1) {
    const { below, above } = against(values, later);
    rising += below;
    falling += above;
  }
  const s = rising - falling;
  if (s === 0) return { s: 0, tau: 0, z: 0 };
  const z = (s - Math.sign(s)) / Math.sqrt(varianceOfS(values));
  return { s, tau: s / (rising + falling), z };
}
