import { metricKind } from '../metrics.js';
import type { Series } from '../window.js';
import type { Line } from './lines.js';

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

/** How many bins before the newest sample an instant lies. */
const binOf = (at: number, { lastAt, cadence }: Scale): number =>
  Math.round((lastAt - at) / cadence);

/** Milliseconds. */
interface Scale {
  readonly lastAt: number;
  readonly cadence: number;
}

/** Bins of the cadence, counted back from the newest sample. */
export interface Bins extends Scale {
  /** Whether each of some instants, which are in order, has a bin of its own. */
  readonly areApart: (at: readonly number[]) => boolean;
  /** A name for each of some points. */
  readonly named: (name: string, points: number) => readonly string[];
}

/** Bins of a cadence; what lines of one sender share is worked out once. */
export function binsOf(scale: Scale): Bins {
  let [known, apart]: [readonly number[] | null, boolean] = [null, false];
  let names: readonly string[] = [];
  return {
    ...scale,
    areApart(at) {
      if (at !== known) [known, apart] = [at, areApart(at, scale)];
      return apart;
    },
    named(name, points) {
      if (names.length !== points || names[0] !== name) {
        names = new Array<string>(points).fill(name);
      }
      return names;
    },
  };
}

function binned(lines: readonly Line[], bins: Bins): Map<number, Point[]> {
  const found = new Map<number, Point[]>();
  for (const { instance, at, y } of lines) {
    for (const [i, time] of at.entries()) {
      const bin = binOf(time, bins);
      const point = { at: time, value: y[i] ?? Number.NaN, instance };
      const there = found.get(bin);
      if (there === undefined) found.set(bin, [point]);
      else there.push(point);
    }
  }
  return found;
}

function areApart(at: readonly number[], scale: Scale): boolean {
  let last = Number.POSITIVE_INFINITY;
  for (const time of at) {
    const bin = binOf(time, scale);
    if (bin === last) return false;
    last = bin;
  }
  return true;
}

/** The line of one metric: as it is where one instance sent each point in time, else its bins. */
export function foldedLine(lines: readonly Line[], bins: Bins): Series {
  const [only, ...others] = lines;
  if (only !== undefined && others.length === 0 && bins.areApart(only.at)) {
    return { at: only.at, y: only.y, instance: bins.named(only.instance, only.at.length) };
  }
  return seriesOf(only?.metric ?? '', binned(lines, bins));
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

/** How many bins hold a point of any metric. */
export function countPoints(lines: readonly Line[], bins: Bins): number {
  const [first] = lines;
  const isShared = first !== undefined && lines.every(({ at }) => at === first.at);
  if (isShared && bins.areApart(first.at)) return first.at.length;
  const found = new Set<number>();
  let known: readonly number[] = [];
  for (const { at } of lines) {
    if (at === known) continue;
    known = at;
    for (const time of at) found.add(binOf(time, bins));
  }
  return found.size;
}
