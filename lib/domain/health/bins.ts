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
const binOf = (at: number, { lastAt, cadence }: Bins): number =>
  Math.round((lastAt - at) / cadence);

/** Bins of the cadence, counted back from the newest sample; milliseconds. */
export interface Bins {
  readonly lastAt: number;
  readonly cadence: number;
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

/** Whether each instant has a bin of its own. */
function areApart(at: readonly number[], bins: Bins): boolean {
  let last = Number.POSITIVE_INFINITY;
  for (const time of at) {
    const bin = binOf(time, bins);
    if (bin === last) return false;
    last = bin;
  }
  return true;
}

/** The line of one metric: as it is where one instance sent each point in time, else its bins. */
export function foldedLine(lines: readonly Line[], bins: Bins): Series {
  const [only, ...others] = lines;
  if (only !== undefined && others.length === 0 && areApart(only.at, bins)) {
    return { at: only.at, y: only.y, instance: only.at.map(() => only.instance) };
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
  const found = new Set<number>();
  let known: readonly number[] = [];
  for (const { at } of lines) {
    if (at === known) continue;
    known = at;
    for (const time of at) found.add(binOf(time, bins));
  }
  return found.size;
}
