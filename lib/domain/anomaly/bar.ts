/**
 * Below this no strength counts, whatever the record: white noise reaches six deviations once in 500
 * million points.
 */
const FLOOR = 6;

/** By how much a record must be exceeded: the next maximum of the same noise is only a little higher. */
const MARGIN = 1.25;

/** The strength from which a detector fires: a quarter over the metric's own record, at least six scatters. */
export function barOf(record: number): number {
  return Math.max(FLOOR, MARGIN * record);
}

/** How unusual a strength is, 0–1: see `Anomaly.score`. */
export function scoreOf(strength: number, record: number): number {
  const x = strength / barOf(record);
  // Not x² / (1 + x²), which is NaN where x² overflows.
  return x === 0 ? 0 : 1 / (1 + x ** -2);
}
