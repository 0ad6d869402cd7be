import { metricKind, type Sample } from '../metrics.js';
import { median, steps } from '../predict/robust.js';
import { MINUTE } from '../time.js';
import type { Series, Window } from '../window.js';

/** What {@link foldWindow} must be told beside the samples. */
export interface FoldOptions {
  /** A cadence known from before, seconds; used where the samples hold too few gaps to learn it. */
  readonly cadenceS?: number;
  /** The sweep's interval, seconds: the cadence where nothing else is known. */
  readonly intervalS: number;
  /** The oldest sample ever stored; null when unknown, which makes it the oldest of these. */
  readonly firstAt: Date | null;
}

/**
 * Bounds of the cadence, milliseconds. A service in production sends every 5 s to 15 min; the lower
 * bound is half a second all the same, because the demo runs the same code on samples a second
 * apart, and bins of 5 s would leave it a fifth of its points. A gap below that is an instant whose
 * metrics came in several pieces, not a cadence.
 */
const CADENCE_LOW = 500;
const CADENCE_HIGH = 15 * MINUTE;
/** Gaps that a series must have before its median counts. */
const LEAST_GAPS = 2;

/** Instance, then instant, then metric and value; what came twice stands once. */
type Told = Map<string, Map<string, Map<number, number>>>;

/** The worse of two values that claim the same instant: order must not matter. */
function tell(points: Map<number, number>, at: number, value: number): void {
  points.set(at, Math.max(value, points.get(at) ?? value));
}

/** Metric to instance to instant to value, without what is not finite. */
function byMetric(samples: readonly Sample[]): Told {
  const told: Told = new Map();
  for (const { at, instance, values } of samples) {
    const time = at.getTime();
    if (!Number.isFinite(time)) continue;
    for (const [metric, value] of Object.entries(values)) {
      if (!Number.isFinite(value)) continue;
      const instances = told.get(metric) ?? new Map<string, Map<number, number>>();
      const points = instances.get(instance) ?? new Map<number, number>();
      tell(points, time, value);
      told.set(metric, instances.set(instance, points));
    }
  }
  return told;
}

/**
 * The middle one of the median gaps of every metric of every instance, milliseconds; null without
 * gaps.
 *
 * One of them, never the mean of two: between 10 s and 60 s lies nobody's cadence.
 */
function learnedCadence(told: Told): number | null {
  const medians: number[] = [];
  for (const instances of told.values()) {
    for (const points of instances.values()) {
      const gaps = steps([...points.keys()].sort((a, b) => a - b));
      if (gaps.length >= LEAST_GAPS) medians.push(median(gaps));
    }
  }
  return medians.sort((a, b) => a - b)[Math.floor(medians.length / 2)] ?? null;
}

/** One value of one instance. */
interface Point {
  readonly at: number;
  readonly value: number;
  readonly instance: string;
}

/**
 * Whether a point is worse than another; of equals the first instance by name, so that order does
 * not matter.
 */
function isWorse(a: Point, b: Point): boolean {
  return a.value > b.value || (a.value === b.value && a.instance < b.instance);
}

function worst(points: readonly Point[]): Point | undefined {
  return points.reduce<Point | undefined>(
    (found, point) => (found === undefined || isWorse(point, found) ? point : found),
    undefined,
  );
}

/** The points of a metric in bins of the cadence, counted back from the newest sample. */
function binned(
  instances: ReadonlyMap<string, ReadonlyMap<number, number>>,
  lastAt: number,
  cadence: number,
): Map<number, Point[]> {
  const bins = new Map<number, Point[]>();
  for (const [instance, points] of instances) {
    for (const [at, value] of points) {
      const bin = Math.round((lastAt - at) / cadence);
      const point = { at, value, instance };
      const there = bins.get(bin);
      if (there === undefined) bins.set(bin, [point]);
      else there.push(point);
    }
  }
  return bins;
}

function seriesOf(metric: string, bins: ReadonlyMap<number, readonly Point[]>): Series {
  const isMean = metricKind(metric) === 'errors';
  const oldestFirst = [...bins].sort(([a], [b]) => b - a).map(([, points]) => points);
  return {
    at: oldestFirst.map((points) => Math.max(...points.map(({ at }) => at))),
    y: oldestFirst.map((points) =>
      isMean
        ? sum(points.map(({ value }) => value)) / points.length
        : (worst(points)?.value ?? Number.NaN),
    ),
    instance: oldestFirst.map((points) => worst(points)?.instance ?? ''),
  };
}

/** The sum from the smallest up: rounding must not depend on the order of arrival. */
function sum(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b).reduce((total, value) => total + value, 0);
}

function instants(told: Told): number[] {
  const found = new Set<number>();
  for (const instances of told.values()) {
    for (const points of instances.values()) {
      for (const at of points.keys()) found.add(at);
    }
  }
  return [...found].sort((a, b) => a - b);
}

function dateOf(at: number | undefined): Date | null {
  return at === undefined ? null : new Date(at);
}

/** The earlier of what is stored and what was read. */
function earliest(stored: Date | null, read: number | undefined): Date | null {
  if (stored === null || read === undefined) return stored ?? dateOf(read);
  return new Date(Math.min(stored.getTime(), read));
}

/**
 * Fold a component's samples into one line per metric.
 *
 * Instances are merged per bin of the cadence: the maximum of usage, latency and unknown metrics,
 * the mean of error ratios; each point names the instance with the highest value. Bins are centred
 * on the newest sample and its multiples of the cadence back, so that a jitter of less than half a
 * cadence moves nothing into a neighbour, and a shift of the clock changes nothing.
 *
 * The order of the samples does not matter, nor do repetitions; values and times that are not
 * finite are left out; where one instance claims two values for an instant, the higher one stands.
 *
 * @param samples - of one component
 */
export function foldWindow(samples: readonly Sample[], options: FoldOptions): Window {
  const told = byMetric(samples);
  const times = instants(told);
  const known = (options.cadenceS ?? options.intervalS) * 1000;
  const learned = learnedCadence(told) ?? known;
  const cadence = Math.min(CADENCE_HIGH, Math.max(CADENCE_LOW, learned));
  const lastAt = times.at(-1) ?? 0;
  const folded = [...told]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([metric, instances]) => ({ metric, bins: binned(instances, lastAt, cadence) }));
  return {
    series: Object.fromEntries(folded.map(({ metric, bins }) => [metric, seriesOf(metric, bins)])),
    cadenceS: cadence / 1000,
    points: new Set(folded.flatMap(({ bins }) => [...bins.keys()])).size,
    lastAt: dateOf(times.at(-1)),
    firstAt: earliest(options.firstAt, times[0]),
    instances: [...new Set([...told.values()].flatMap((of) => [...of.keys()]))].sort(),
  };
}
