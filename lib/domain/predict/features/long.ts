import { BUCKETS } from '../../past/past.js';
import { clamp, type Fit, fits, logTimeToLimit, NO_FIT, steadiness } from './fit.js';
import type { Readings } from './readings.js';

/** Names of what {@link long} writes. */
export const LONG = [
  'ttl_2h',
  't_2h',
  'ttl_4h',
  't_4h',
  'ttl_8h',
  't_8h',
  'ttl_16h',
  't_16h',
  'ttl_32h',
  't_32h',
  'steady_4h',
  'steady_8h',
  'steady_16h',
  'steady_32h',
  'ttl_life',
  't_life',
  'floor_ttl_4h',
  'floor_t_4h',
  'floor_ttl_8h',
  'floor_t_8h',
  'floor_ttl_16h',
  'floor_t_16h',
  'floor_ttl_32h',
  'floor_t_32h',
  'above_1h_mean',
  'above_6h_mean',
  'above_24h_mean',
  'swing_8h',
  'top_2h',
  'life',
  'age',
] as const;

const LENGTHS = [8, 16, 32, 64, 128] as const;

/** Lowest values of blocks of `size` buckets, the newest last; NaN is missing. */
function floors(min: Float64Array, t: Float64Array, size: number, from: number) {
  const blocks = Math.floor(BUCKETS / size);
  const times = new Float64Array(blocks);
  const values = new Float64Array(blocks).fill(Number.NaN);
  for (let block = 0; block < blocks; block += 1) {
    const end = BUCKETS - block * size;
    let low = Number.POSITIVE_INFINITY;
    for (let i = Math.max(from, end - size); i < end; i += 1) {
      const value = min[i] ?? Number.NaN;
      if (value < low) low = value;
    }
    times[blocks - 1 - block] = t[end - Math.ceil(size / 2)] ?? 0;
    if (low !== Number.POSITIVE_INFINITY) values[blocks - 1 - block] = low;
  }
  return { times, values };
}

/** Mean of what is there between two places before the end; NaN when nothing is. */
function meanOf(values: Float64Array, from: number, to: number): number {
  let sum = 0;
  let n = 0;
  for (let i = BUCKETS - from; i < BUCKETS - to; i += 1) {
    const value = values[i] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    sum += value;
    n += 1;
  }
  return n === 0 ? Number.NaN : sum / n;
}

function topOf(values: Float64Array, count: number): number {
  let top = Number.NEGATIVE_INFINITY;
  for (let i = BUCKETS - count; i < BUCKETS; i += 1) {
    const value = values[i] ?? Number.NaN;
    if (value > top) top = value;
  }
  return top === Number.NEGATIVE_INFINITY ? 0 : top;
}

function swing({ max, min }: Readings['buckets']): number {
  let sum = 0;
  let n = 0;
  for (let i = BUCKETS - 32; i < BUCKETS; i += 1) {
    const width = (max[i] ?? Number.NaN) - (min[i] ?? Number.NaN);
    if (Number.isNaN(width)) continue;
    sum += width;
    n += 1;
  }
  return n === 0 ? 0 : sum / n;
}

/** What the hours before say, in quarters of a horizon. */
export function long(readings: Readings, now: number, put: (value: number) => void): void {
  const { buckets, age, sinceReset } = readings;
  const { t, mean, min, max, from } = buckets;
  const lines = fits(t, mean, LENGTHS, 0);
  const pair = (fit: Fit, level: number): void => {
    put(logTimeToLimit(Math.max(fit.level, level), fit.slope));
    put(clamp(fit.t, -5, 40));
  };
  for (const line of lines) pair(line, now);
  for (let i = 1; i < lines.length; i += 1) {
    put(steadiness(lines[i - 1] ?? NO_FIT, lines[i] ?? NO_FIT));
  }
  const [life = NO_FIT] = fits(t, mean, [BUCKETS], from);
  pair(life, now);
  const top = topOf(readings.way.isLinear ? max : mean, 8);
  const half = floors(min, t, 2, 0);
  const [short = NO_FIT] = fits(half.times, half.values, [8], 0);
  const double = floors(min, t, 8, 0);
  for (const line of [short, ...fits(double.times, double.values, [4, 8, 16], 0)]) pair(line, top);
  for (const [start, end] of [
    [8, 4],
    [28, 4],
    [100, 4],
  ] as const) {
    const before = meanOf(mean, start, end);
    put(!Number.isNaN(before) ? clamp(now - before, -2, 2) : 0);
  }
  put(clamp(swing(buckets), 0, 2));
  put(clamp(top, -1, 3));
  put(Math.log1p(Math.min(sinceReset, 200)));
  put(Math.log1p(Math.min(age, 200)));
}
