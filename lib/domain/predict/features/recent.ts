import { clamp, type Fit, fits, logTimeToLimit, NO_FIT, steadiness } from './fit.js';
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

/** The middle of some values; sorts them. */
function middle(values: number[]): number {
  if (values.length === 1) return values[0] ?? Number.NaN;
  values.sort((a, b) => a - b);
  const half = values.length >> 1;
  const high = values[half] ?? Number.NaN;
  return values.length % 2 === 1 ? high : ((values[half - 1] ?? Number.NaN) + high) / 2;
}

function average(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/**
 * Middles of fifteen groups of points that end at the present, on the way to the limit, the newest last;
 * NaN is missing.
 */
function grouped({ t, y, way, isCounted }: Readings, span: number) {
  const times = new Float64Array(GROUPS);
  const values = new Float64Array(GROUPS).fill(Number.NaN);
  let group: number[] = [];
  let sum = 0;
  let open = -1;
  const close = (): void => {
    if (open < 0) return;
    times[GROUPS - 1 - open] = sum / group.length;
    values[GROUPS - 1 - open] = way.of(isCounted ? average(group) : middle(group));
  };
  for (let i = y.length - 1; i >= 0; i -= 1) {
    const at = t[i] ?? 0;
    const index = Math.max(0, Math.floor((-at / span) * GROUPS));
    if (index >= GROUPS) break;
    if (index !== open) {
      close();
      group = [];
      sum = 0;
      open = index;
    }
    group.push(y[i] ?? Number.NaN);
    sum += at;
  }
  close();
  return { times, values };
}

/** Kendall's tau of what is there, −1 to 1; 0 for fewer than five points. */
function tau(values: Float64Array): number {
  const x = values.filter((value) => !Number.isNaN(value));
  if (x.length < 5) return 0;
  let sum = 0;
  for (let i = 1; i < x.length; i += 1) {
    for (let j = 0; j < i; j += 1) sum += Math.sign((x[i] ?? 0) - (x[j] ?? 0));
  }
  return sum / ((x.length * (x.length - 1)) / 2);
}

interface Extremes {
  readonly top: number;
  readonly low: number;
  /** Median of |steps|. */
  readonly noise: number;
}

function extremes(values: Float64Array): Extremes {
  let top = Number.NEGATIVE_INFINITY;
  let low = Number.POSITIVE_INFINITY;
  let last = Number.NaN;
  const steps: number[] = [];
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    if (value > top) top = value;
    if (value < low) low = value;
    if (!Number.isNaN(last)) steps.push(Math.abs(value - last));
    last = value;
  }
  return { top, low, noise: steps.length === 0 ? 0 : middle(steps) };
}

/** Share of the points of the last quarter of a horizon that lie at the limit or over it. */
function shareOver({ t, y, way }: Readings): number {
  const limit = way.unit(1);
  let over = 0;
  let points = 0;
  for (let i = y.length - 1; i >= 0 && (t[i] ?? 0) > -0.25; i -= 1) {
    points += 1;
    if ((y[i] ?? 0) >= limit) over += 1;
  }
  return points === 0 ? 0 : over / points;
}

/** The present level: the middle of the last three points, or the mean of the last quarter of a horizon. */
function present({ t, y, way, isCounted }: Readings): number {
  if (!isCounted) return way.of(middle(y.slice(-3)));
  let from = y.length - Math.min(3, y.length);
  while (from > 0 && (t[from - 1] ?? 0) > -0.25) from -= 1;
  return way.of(average(y.slice(from)));
}

/** No line where eight minutes of samples are fewer than a line needs. */
const SPARSE = [NO_FIT, NO_FIT];

/** What the raw points of the last horizon say. */
export function recent(readings: Readings, put: (value: number) => void): void {
  const short = grouped(readings, 0.25);
  const long = grouped(readings, 1);
  const isDense = readings.gap <= 0.04;
  const lines = [
    ...(isDense ? fits(short.times, short.values, [8, 15], 0) : SPARSE),
    ...fits(long.times, long.values, [8, 15], 0),
  ];
  const [a = NO_FIT, b = NO_FIT, c = NO_FIT, d = NO_FIT] = lines;
  const now = present(readings);
  const ttl = ({ level, slope }: Fit): number => logTimeToLimit(Math.max(level, now), slope);
  const ofLong = extremes(long.values);
  const { top } = extremes(short.values);
  const kept = (value: number): number => (Number.isFinite(value) ? clamp(value, -1, 3) : now);
  const told = [
    ...[ttl(a), ttl(b), clamp(b.t, -5, 30), isDense ? tau(short.values) : 0, steadiness(a, b)],
    ...[ttl(c), ttl(d), clamp(c.t, -5, 30), clamp(d.t, -5, 30), tau(long.values), steadiness(c, d)],
    ...[now, Number.isFinite(top) ? top : now, ofLong.top, ofLong.low, ofLong.noise].map(kept),
    shareOver(readings),
  ];
  for (const value of told) put(value);
}
