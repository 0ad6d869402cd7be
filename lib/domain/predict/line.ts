import { BUCKETS } from '../past/past.js';
import { type Fit, Fits } from './features/fit.js';
import type { Readings } from './features/readings.js';

/** A rise that a person can check, in horizons and shares of the way. */
export interface Line extends Fit {
  /** Horizons that it spans. */
  readonly span: number;
}

/** A line less sure than this is not shown. */
const SURE = 2;

/** Horizons since the first of the newest places that holds anything. */
function spanOf(t: readonly number[], x: readonly number[], places: number): number {
  let first = Math.max(0, t.length - places);
  while (first < t.length - 1 && Number.isNaN(x[first] ?? Number.NaN)) first += 1;
  return -(t[first] ?? 0);
}

function lines(
  t: readonly number[],
  x: readonly number[],
  lengths: readonly number[],
  from: number,
): Line[] {
  const fits = new Fits(lengths);
  fits.fit(t, x, from);
  return lengths.map((length, i) => ({ ...fits.at(i), span: spanOf(t, x, length) }));
}

/**
 * The line that tells a forecast best: of those through the last quarter of an hour up to the last day,
 * the one that would reach the limit nearest to the time expected.
 *
 * @param expected - horizons until the failure
 * @returns null when nothing rises
 */
export function lineOf(readings: Readings, expected: number): Line | null {
  const { series, first, now, horizonMs, way, buckets } = readings;
  const t = series.at.slice(first).map((at) => (at - now) / horizonMs);
  const last = (share: number): number => {
    const from = t.findIndex((at) => at >= -share);
    return from < 0 ? 0 : t.length - from;
  };
  const short = [...new Set([last(0.25), last(1)])].filter((length) => length >= 5);
  const x = series.y.slice(first).map((y) => way.of(y));
  const raw = lines(t, x, short, 0);
  const lengths = [16, 32, 64, BUCKETS].filter((length) => length <= BUCKETS - buckets.from);
  const slow = lines(buckets.t, buckets.mean, lengths, buckets.from);
  const distance = ({ level, slope }: Line): number =>
    Math.abs(Math.log(Math.max(0.02, (1 - level) / slope) / Math.max(0.02, expected)));
  const rising = [...raw, ...slow].filter((line) => line.slope > 0 && line.t >= SURE);
  return rising.sort((a, b) => distance(a) - distance(b))[0] ?? null;
}
