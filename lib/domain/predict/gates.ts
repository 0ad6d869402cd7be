import { jitter, median, noise, quantile, steps } from './robust.js';
import { theilSen } from './theil-sen.js';
import { lengths, type Trend } from './trend.js';
import type { View } from './view.js';

/** What the gates must know beside the trend itself. */
export interface Scene {
  readonly horizonS: number;
  /** Age of the component's history, seconds. */
  readonly ageS: number;
  /** Share of the points expected within a trend that must be there, 0–1. */
  readonly freshShare: number;
}

// The least rise, the slowdown, the time after a start and the survived level are those of the study in
// ARCHITECTURE.md, "Prediction": there they separated leaks from noise, warm-ups and machines that live
// at a high level. The other numbers were set on the series that test/domain/predict replays.

/** A rise below 4 % of the way, or below 2.5 noise, is weather. */
const LEAST_RISE_SHARE = 0.04;
const LEAST_RISE_NOISE = 2.5;
/** The last half must rise at least at 0.6 of the first half's slope: a warm-up does not. */
const SLOWED = 0.6;
/** The last ten points must still rise at 0.3 of the trend's slope. */
const STOPPED = 0.3;
const RECENT = 10;
/** Longer stretches are searched for a slowdown up to this multiple of the trend's length. */
const LOOK_BACK = 4;
/**
 * Share of the way left above the survived level that must lie behind before a new level is news.
 */
const BEYOND_SURVIVED = 0.2;
/** Fewest earlier points that say what was survived. */
const PAST = 10;
/** Without a past, the rise itself must be this share of the whole way. */
const COLD_RISE = 0.15;
/** In the first three quarters of a horizon after a start, warm-ups are likelier than failures: */
const YOUNG = 0.75;
/** so usage must then be high. */
const YOUNG_SHARE = 0.7;

/** Deviation of the slope of `n` evenly spaced points, as least squares would have it. */
function slopeError(view: View, from: number, to: number): number {
  const n = to - from;
  const span = (view.t[to - 1] ?? 0) - (view.t[from] ?? 0);
  if (n < 2 || span <= 0) return Number.POSITIVE_INFINITY;
  return (jitter(view.x.slice(from, to)) * Math.sqrt(12)) / (Math.sqrt(n) * span);
}

function slopeOf(view: View, from: number, to: number): number {
  return theilSen(view.t.slice(from, to), view.x.slice(from, to))?.slope ?? 0;
}

/**
 * The slope of a stretch's last half over that of its first half, the benefit of the doubt (one
 * deviation of the last half's slope) given: below 1 where the rise is surely coming to rest.
 */
function bend(view: View, length: number): Bend {
  const end = view.x.length;
  const start = end - length;
  const middle = Math.floor(start + length / 2);
  const before = Math.max(slopeOf(view, start, middle), slopeOf(view, start, end));
  const last = slopeOf(view, middle, end) + slopeError(view, middle, end);
  const halfS = ((view.t[end - 1] ?? 0) - (view.t[start] ?? 0)) / 2;
  return { length, ratio: before > 0 ? Math.max(0, last / before) : 1, halfS };
}

/** How a stretch of some points bends. */
interface Bend {
  readonly length: number;
  /** Of the last half's slope to the first half's. */
  readonly ratio: number;
  /** Seconds from the middle of one half to the middle of the other. */
  readonly halfS: number;
}

/** Of the stretches from half the trend's length up to {@link LOOK_BACK} times it. */
function bends(trend: Trend): Bend[] {
  const { view, length } = trend;
  return lengths(view.x.length - view.from)
    .filter((other) => 2 * other >= length && other <= LOOK_BACK * length)
    .map((other) => bend(view, other));
}

/**
 * How fast a rise is coming to rest: the rate at which its slope decays, per second, 0 for a
 * straight or a steepening one, null when it has slowed so much that it is a warm-up and no
 * failure.
 *
 * A warm-up looks straight in any short stretch, and within a long one that begins before it; so
 * other stretches are looked at as well, and the surest decay counts.
 */
export function decayOf(trend: Trend): number | null {
  const found = bends(trend);
  const isWarmUp = found.some(({ length, ratio }) => length >= trend.length && ratio < SLOWED);
  if (isWarmUp) return null;
  return Math.max(0, ...found.map(({ ratio, halfS }) => -Math.log(Math.min(1, ratio)) / halfS));
}

/** Whether the newest points do not rise any more, whatever came before. */
export function hasStopped(trend: Trend): boolean {
  const end = trend.view.x.length;
  const start = end - Math.min(RECENT, trend.length);
  const recent = slopeOf(trend.view, start, end) + slopeError(trend.view, start, end);
  return recent < STOPPED * trend.slope;
}

/** Whether enough of the points that the trend should have are there: a gap is no evidence. */
export function isCovered(trend: Trend, freshShare: number): boolean {
  const gap = median(steps(trend.view.t));
  return (trend.length - 1) * gap >= freshShare * trend.spanS;
}

/** Whether the rise over the trend is more than weather. */
export function risesEnough(trend: Trend): boolean {
  const { view } = trend;
  const rise = trend.slope * trend.spanS;
  const weather = noise(view.x.slice(-trend.length));
  const least = Math.max(
    LEAST_RISE_SHARE * (view.limit - view.origin),
    LEAST_RISE_NOISE * weather,
    view.rules.minRise,
  );
  return rise >= least;
}

/** Whether the present level is far enough on its way, farther in the time after a start. */
export function isFarEnough(view: View, scene: Scene): boolean {
  const sinceDropS = view.from > 0 ? -(view.t[view.from] ?? 0) : Number.POSITIVE_INFINITY;
  const young = Math.min(scene.ageS, sinceDropS) < YOUNG * scene.horizonS;
  const share = young ? Math.max(YOUNG_SHARE, view.rules.minShare) : view.rules.minShare;
  return median(view.x.slice(-3)) - view.origin >= share * (view.limit - view.origin);
}

/**
 * Whether the present level is news: beyond what was survived before the trend began, by a fifth of
 * the way from there to the limit; without a past, whether the climb itself is long.
 *
 * The single rule that made machines that live at 61–98 % memory bearable (2.5 alarms a week became
 * 0.29). The fifth also means that nobody looks farther ahead than four times as far as they looked
 * back: a line that gained a fifth of the way has four fifths to go.
 */
export function isNews(trend: Trend): boolean {
  const { view } = trend;
  const past = view.x.slice(Math.max(0, view.survivedFrom), view.x.length - trend.length);
  if (past.length < PAST) {
    const start = median(view.x.slice(view.from, view.from + 3));
    return trend.level - start >= COLD_RISE * (view.limit - view.origin);
  }
  const survived = quantile(past, 0.99);
  const margin = Math.max(
    LEAST_RISE_NOISE * noise(past),
    BEYOND_SURVIVED * (view.limit - survived),
  );
  return trend.level >= survived + margin;
}
