import { missing } from '../../past/missing.js';
import { average, middleOf, noiseOf, tau } from './few.js';
import { clamp, Fits } from './fit.js';
import type { Readings } from './readings.js';

/** Names of what {@link recent} writes. */
export const RECENT = [
  'ttl_8m',
  'ttl_15m',
  't_15m',
  'tau_15m',
  'steady_15m',
  'ttl_30m',
  'ttl_60m',
  't_30m',
  't_60m',
  'tau_60m',
  'steady_60m',
  'now',
  'top_15m',
  'top_60m',
  'low_60m',
  'noise_60m',
  'over_15m',
] as const;

/** Places of a grouped stretch. */
const GROUPS = 15;

/** Fifteen groups of points that end at the present; used again and again. */
interface Grouped {
  /** In horizons. */
  readonly span: number;
  readonly times: number[];
  /** On the way to the limit, the newest last; NaN is missing. */
  readonly values: number[];
  readonly lines: Fits;
}

const groupsOver = (span: number): Grouped => ({
  span,
  times: missing(GROUPS),
  values: missing(GROUPS),
  lines: new Fits([8, GROUPS]),
});

const QUARTER = groupsOver(0.25);
const WHOLE = groupsOver(1);

/** The first place from which all up to `last` are later than an instant. */
function startOfGroup(at: readonly number[], first: number, last: number, after: number): number {
  let start = last;
  while (start > first && (at[start - 1] ?? 0) > after) start -= 1;
  return start;
}

/** Put the middles of the groups into their places, or their means where points are counted. */
function fill({ span, times, values }: Grouped, readings: Readings): void {
  const { series, first, now, horizonMs, way, isCounted } = readings;
  const { at, y } = series;
  values.fill(Number.NaN);
  const width = (span / GROUPS) * horizonMs;
  let last = y.length - 1;
  while (last >= first) {
    const index = Math.max(0, Math.floor((now - (at[last] ?? 0)) / width));
    if (index >= GROUPS) return;
    const start = startOfGroup(at, first, last, now - (index + 1) * width);
    const place = GROUPS - 1 - index;
    times[place] = (average(at, start, last) - now) / horizonMs;
    values[place] = way.of(isCounted ? average(y, start, last) : middleOf(y, start, last));
    last = start - 1;
  }
}

function topOf(values: readonly number[]): number {
  let top = Number.NEGATIVE_INFINITY;
  for (const value of values) if (value > top) top = value;
  return top;
}

function lowOf(values: readonly number[]): number {
  let low = Number.POSITIVE_INFINITY;
  for (const value of values) if (value < low) low = value;
  return low;
}

/** Place of the first point of the last quarter of a horizon. */
function lastQuarter({ series: { at }, first, now, horizonMs }: Readings): number {
  const after = now - horizonMs / 4;
  let from = at.length;
  while (from > first && (at[from - 1] ?? 0) > after) from -= 1;
  return from;
}

/** Share of the points of the last quarter of a horizon that lie at the limit or over it. */
function shareOver({ series: { y }, way }: Readings, from: number): number {
  const limit = way.unit(1);
  let over = 0;
  for (let i = from; i < y.length; i += 1) if ((y[i] ?? 0) >= limit) over += 1;
  return from === y.length ? 0 : over / (y.length - from);
}

/** The present level: the middle of the last three points, or the mean of the last quarter of a horizon. */
function present({ series: { y }, first, way, isCounted }: Readings, from: number): number {
  const newest = Math.max(first, y.length - 3);
  const last = y.length - 1;
  return way.of(isCounted ? average(y, Math.min(from, newest), last) : middleOf(y, newest, last));
}

/** Horizons between two points from which a quarter of a horizon is too short for a line. */
const SPARSE = 0.04;

/** A level within bounds, or the present one where there is none. */
const level = (value: number, now: number): number =>
  Number.isFinite(value) ? clamp(value, -1, 3) : now;

/** What the raw points of the last horizon say. */
export function recent(readings: Readings, out: number[]): void {
  const isDense = readings.gap <= SPARSE;
  for (const one of [QUARTER, WHOLE]) {
    fill(one, readings);
    one.lines.fit(one.times, one.values, 0);
  }
  if (!isDense) QUARTER.lines.clear();
  const quarter = lastQuarter(readings);
  const now = present(readings, quarter);
  const { lines: a, values: short } = QUARTER;
  const { lines: b, values: long } = WHOLE;
  out.push(a.timeToLimit(0, now), a.timeToLimit(1, now), a.score(1), isDense ? tau(short) : 0);
  out.push(a.steadiness(0, 1), b.timeToLimit(0, now), b.timeToLimit(1, now));
  out.push(b.score(0), b.score(1), tau(long), b.steadiness(0, 1), level(now, now));
  out.push(level(topOf(short), now), level(topOf(long), now), level(lowOf(long), now));
  out.push(level(noiseOf(long), now));
  out.push(shareOver(readings, quarter));
}
