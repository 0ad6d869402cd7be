import type { Sample } from '../metrics.js';
import { MINUTE } from '../time.js';
import type { Window } from '../window.js';
import { binsOf, countPoints, foldedLine } from './bins.js';
import { type Line, linesOf } from './lines.js';
import { middleOf } from './middle.js';

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

function medianGap(at: readonly number[]): number {
  const gaps: number[] = [];
  for (let i = 1; i < at.length; i += 1) gaps.push((at[i] ?? 0) - (at[i - 1] ?? 0));
  return middleOf(gaps);
}

/**
 * The middle one of the median gaps of every metric of every instance, milliseconds; null without
 * gaps.
 *
 * One of them, never the mean of two: between 10 s and 60 s lies nobody's cadence.
 */
function learnedCadence(lines: readonly Line[]): number | null {
  const medians: number[] = [];
  let [known, gap]: [readonly number[], number] = [[], Number.NaN];
  for (const { at } of lines) {
    if (at.length <= LEAST_GAPS) continue;
    // Lines that share their instants share their gaps.
    if (at !== known) [known, gap] = [at, medianGap(at)];
    medians.push(gap);
  }
  return medians.sort((a, b) => a - b)[Math.floor(medians.length / 2)] ?? null;
}

/** The lines of each metric, in the order of their names. */
function byMetric(lines: readonly Line[]): [string, Line[]][] {
  const found = new Map<string, Line[]>();
  for (const line of lines) {
    const there = found.get(line.metric);
    if (there === undefined) found.set(line.metric, [line]);
    else there.push(line);
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The earliest and the latest instant of some lines; undefined without any. */
function ends(lines: readonly Line[]): [number | undefined, number | undefined] {
  const firsts = lines.flatMap(({ at }) => at[0] ?? []);
  const lasts = lines.flatMap(({ at }) => at.at(-1) ?? []);
  return lines.length === 0 ? [undefined, undefined] : [Math.min(...firsts), Math.max(...lasts)];
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
  return foldLines(linesOf(samples), options);
}

/**
 * {@link foldWindow} of lines that are drawn already. They may be kept by the window, so they must not be
 * changed afterwards.
 */
export function foldLines(lines: readonly Line[], options: FoldOptions): Window {
  const [first, last] = ends(lines);
  const known = (options.cadenceS ?? options.intervalS) * 1000;
  const learned = learnedCadence(lines) ?? known;
  const cadence = Math.min(CADENCE_HIGH, Math.max(CADENCE_LOW, learned));
  const bins = binsOf({ lastAt: last ?? 0, cadence });
  return {
    series: Object.fromEntries(
      byMetric(lines).map(([metric, own]) => [metric, foldedLine(own, bins)]),
    ),
    cadenceS: cadence / 1000,
    points: countPoints(lines, bins),
    lastAt: dateOf(last),
    firstAt: earliest(options.firstAt, first),
    instances: [...new Set(lines.map(({ instance }) => instance))].sort(),
  };
}
