import { missing } from '../../past/missing.js';
import { BUCKETS } from '../../past/past.js';
import { clamp, Fits } from './fit.js';
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
  'faster_1h',
  'faster_2h',
  'faster_4h',
  'swing_8h',
  'top_2h',
  'life',
  'age',
] as const;

const LINES = new Fits([8, 16, 32, 64, 128]);
const LIFE = new Fits([BUCKETS]);
/** Lines through the floors of half hours, and of two hours. */
const HALVES = floorsOf(2, [8]);
const DOUBLES = floorsOf(8, [4, 8, 16]);

/** Lowest values of blocks of buckets; used again and again. */
interface Floors {
  /** Buckets in a block. */
  readonly size: number;
  readonly times: number[];
  /** The newest last; NaN is missing. */
  readonly values: number[];
  readonly lines: Fits;
}

function floorsOf(size: number, lengths: readonly number[]): Floors {
  const blocks = Math.floor(BUCKETS / size);
  const times = missing(blocks);
  const values = missing(blocks);
  return { size, times, values, lines: new Fits(lengths) };
}

/** The lowest of what is there between two places; NaN when nothing is. */
function lowestOf(min: readonly number[], from: number, to: number): number {
  let low = Number.POSITIVE_INFINITY;
  for (let i = from; i < to; i += 1) {
    const value = min[i] ?? Number.NaN;
    if (value < low) low = value;
  }
  return low === Number.POSITIVE_INFINITY ? Number.NaN : low;
}

/** Find the floors, and fit lines through them. */
function fitFloors({ size, times, values, lines }: Floors, buckets: Readings['buckets']): void {
  const { min, t, known } = buckets;
  values.fill(Number.NaN);
  for (let block = 0; block < values.length; block += 1) {
    const end = BUCKETS - block * size;
    if (end <= known) break;
    times[values.length - 1 - block] = t[end - Math.ceil(size / 2)] ?? 0;
    values[values.length - 1 - block] = lowestOf(min, Math.max(known, end - size), end);
  }
  lines.fit(times, values, 0);
}

/** Mean of what is there between two places before the end; NaN when nothing is. */
function meanOf(values: readonly number[], from: number, to: number): number {
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

function topOf(values: readonly number[], count: number): number {
  let top = Number.NEGATIVE_INFINITY;
  for (let i = BUCKETS - count; i < BUCKETS; i += 1) {
    const value = values[i] ?? Number.NaN;
    if (value > top) top = value;
  }
  return top === Number.NEGATIVE_INFINITY ? 0 : top;
}

/** Buckets over which rises are compared: 1, 2 and 4 horizons. */
const RISES = [4, 8, 16] as const;

/** From one bucket to another `span` later; NaN where one of them is missing. */
const rise = (mean: readonly number[], end: number, span: number): number =>
  (mean[end] ?? Number.NaN) - (mean[end - span] ?? Number.NaN);

/**
 * How much more it has risen over the newest `span` buckets than ever before in the day that is kept: what a
 * component does every day announces nothing.
 */
function faster({ mean, known }: Readings['buckets'], span: number): number {
  const present = rise(mean, BUCKETS - 1, span);
  if (Number.isNaN(present)) return 0;
  let most = 0;
  for (let end = known + span; end < BUCKETS - span; end += 1) {
    const past = rise(mean, end, span);
    if (past > most) most = past;
  }
  return present - most;
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

const MEANS = [
  [8, 4],
  [28, 4],
  [100, 4],
] as const;

function putLines(out: number[], lines: Fits, least: number): void {
  for (let line = 0; line < lines.lengths.length; line += 1) {
    out.push(lines.timeToLimit(line, least), lines.score(line, 40));
  }
}

/** What the hours before say, in quarters of a horizon. */
export function long(readings: Readings, now: number, out: number[]): void {
  const { buckets, age, sinceReset } = readings;
  const { t, mean, max, known, from } = buckets;
  LINES.fit(t, mean, known);
  putLines(out, LINES, now);
  for (let line = 1; line < LINES.lengths.length; line += 1) {
    out.push(LINES.steadiness(line - 1, line));
  }
  LIFE.fit(t, mean, Math.max(from, known));
  putLines(out, LIFE, now);
  const top = topOf(readings.way.isLinear ? max : mean, 8);
  fitFloors(HALVES, buckets);
  fitFloors(DOUBLES, buckets);
  putLines(out, HALVES.lines, top);
  putLines(out, DOUBLES.lines, top);
  for (const [start, end] of MEANS) {
    const before = meanOf(mean, start, end);
    out.push(Number.isNaN(before) ? 0 : clamp(now - before, -2, 2));
  }
  for (const span of RISES) out.push(clamp(faster(buckets, span), -2, 2));
  out.push(clamp(swing(buckets), 0, 2), clamp(top, -1, 3));
  out.push(Math.log1p(Math.min(sinceReset, 200)), Math.log1p(Math.min(age, 200)));
}
