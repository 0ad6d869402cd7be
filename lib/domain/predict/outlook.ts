import type { Interval } from '../assessment.js';
import {
  decayOf,
  hasStopped,
  isCovered,
  isFarEnough,
  isNews,
  risesEnough,
  type Scene,
} from './gates.js';
import { mannKendall } from './mann-kendall.js';
import { normalShare } from './normal.js';
import { jitter } from './robust.js';
import { lengths, type Trend, trend } from './trend.js';
import type { View } from './view.js';

/** What one view expects. */
export interface Outlook {
  /** The trend that speaks loudest. */
  readonly trend: Trend;
  /** Probability that the limit is reached within `withinS` seconds; never decreasing. */
  readonly probability: (withinS: number) => number;
  /** Seconds until the limit is reached; a bound is null when the slope's interval reaches zero. */
  readonly crossingS: Interval<number | null>;
}

/** A trend, and how fast its slope decays, per second. */
interface Course {
  readonly trend: Trend;
  readonly decay: number;
}

interface Voice extends Course {
  /** Whether it may open the question; the others only second it. */
  readonly opens: boolean;
  readonly probability: (withinS: number) => number;
}

/** A second opinion needs z ≥ 1.96 (one chance in 40) and seven pairs of points in ten in order. */
const SECOND_Z = 1.96;
const SECOND_TAU = 0.4;
/**
 * The first opinion needs three pairs in four in order: long noisy series are significant at much
 * less.
 */
const FIRST_TAU = 0.5;
/** Most that a single trend may claim while no second one agrees. */
const ALONE = 0.45;
/** Sen's interval takes points as independent; samples are not, so it is widened. */
const WIDER = 1.5;
/** Deviation of the slope ahead from the slope behind: lines do not stay lines. */
const BENDS = 0.2;
/** A trend is trusted as far ahead as twice its own length; beyond, in proportion. */
const REACH = 2;

/**
 * How far a trend of this significance is to be trusted, 0 to 0.97: 0.72 at the gate's z of 3.2,
 * 0.82 at 4, 0.93 at 6. Never 1: the study's best predictor was right in 86 to 88 of 100 alarms.
 */
function trust(z: number): number {
  return Math.max(0, 0.97 - 0.25 * Math.exp((3.2 - z) / 1.5));
}

/**
 * A rise whose slope decays at `decay` per second has, after `aheadS`, come as far as a straight
 * one after this.
 */
function straightened(aheadS: number, decay: number): number {
  return decay > 0 ? -Math.expm1(-decay * aheadS) / decay : aheadS;
}

/** The slope at the trend's end, where its line has the slope of the middle. */
function slopeNow(slope: number, trend: Trend, decay: number): number {
  return slope * Math.exp((-decay * trend.spanS) / 2);
}

/** Seconds from the present until the limit is reached at this slope; null when it never is. */
function secondsToLimit({ trend, decay }: Course, slope: number): number | null {
  const rest = trend.view.limit - trend.level;
  if (rest <= 0) return 0;
  if (slope <= 0) return null;
  const straightS = rest / slopeNow(slope, trend, decay);
  if (decay * straightS >= 1) return null;
  const aheadS = decay > 0 ? -Math.log1p(-decay * straightS) / decay : straightS;
  return Math.max(0, aheadS + trend.levelAt);
}

/**
 * Probability that the limit is reached in time, slope and level being uncertain: the rise expected
 * until then, less the way left, over its deviation.
 */
function chance(course: Course): (withinS: number) => number {
  const { trend, decay } = course;
  const rest = trend.view.limit - trend.level;
  const slope = slopeNow(trend.slope, trend, decay);
  const slopeDeviation = (WIDER * (trend.high - trend.low)) / (2 * 1.96);
  const way = trend.view.limit - trend.view.origin;
  const levelDeviation = Math.max(jitter(trend.view.x.slice(-trend.length)), 1e-9 * way);
  const expectedS = secondsToLimit(course, trend.slope);
  const reach =
    expectedS === 0
      ? 1
      : Math.min(1, (REACH * trend.spanS) / (expectedS ?? Number.POSITIVE_INFINITY));
  const most = trust(trend.z) * reach;
  return (withinS) => {
    const ahead = straightened(Math.max(0, withinS - trend.levelAt), decay);
    const deviation = Math.hypot(
      slopeDeviation * ahead,
      BENDS * trend.slope * ahead,
      levelDeviation,
    );
    return most * normalShare((slope * ahead - rest) / deviation);
  };
}

function voice(view: View, length: number, scene: Scene): Voice | null {
  // Most series go nowhere, and this half of a trend is the cheap one.
  const { z, tau } = mannKendall(view.raw.slice(-length));
  if (z < SECOND_Z || tau < SECOND_TAU) return null;
  const found = trend(view, length);
  if (found === null || found.slope <= 0) return null;
  if (!isCovered(found, scene.freshShare) || hasStopped(found)) return null;
  const decay = decayOf(found);
  if (decay === null) return null;
  const opens =
    length >= view.rules.minPoints &&
    found.z >= view.rules.minZ &&
    found.tau >= FIRST_TAU &&
    risesEnough(found) &&
    isNews(found);
  const course = { trend: found, decay };
  return { ...course, opens, probability: chance(course) };
}

/**
 * What one opening voice may claim: its mean with the best second one where both say "rather yes".
 */
function seconded(opener: Voice, voices: readonly Voice[], withinS: number): number {
  const own = opener.probability(withinS);
  const second = Math.max(
    0,
    ...voices.filter((one) => one !== opener).map((one) => one.probability(withinS)),
  );
  return own > 0.5 && second > 0.5 ? (own + second) / 2 : Math.min(own, ALONE);
}

/**
 * The opening voice that claims most within the nearest horizon for which any claims above a half.
 */
function leadingOf(openers: readonly Voice[], { horizonS }: Scene): Voice | undefined {
  const horizons = [1, 6, 24].map((count) => count * horizonS);
  const nearest =
    horizons.find((withinS) => openers.some((one) => one.probability(withinS) > 0.5)) ??
    24 * horizonS;
  return [...openers].sort((a, b) => b.probability(nearest) - a.probability(nearest))[0];
}

/**
 * What a view expects, or null when no trend in it passes the gates.
 *
 * Trends of several lengths are asked. At least one must pass every gate, and a claim above one
 * half needs two that agree.
 */
export function outlook(view: View, scene: Scene): Outlook | null {
  const stretch = view.x.length - view.from;
  if (stretch < view.rules.minPoints || !isFarEnough(view, scene)) return null;
  const voices = lengths(stretch)
    .map((length) => voice(view, length, scene))
    .filter((one) => one !== null);
  const openers = voices.filter(({ opens }) => opens);
  const leading = leadingOf(openers, scene);
  if (leading === undefined) return null;
  return {
    trend: leading.trend,
    probability: (withinS) =>
      Math.max(...openers.map((opener) => seconded(opener, voices, withinS))),
    crossingS: {
      low: secondsToLimit(leading, leading.trend.high),
      likely: secondsToLimit(leading, leading.trend.slope),
      high: secondsToLimit(leading, leading.trend.low),
    },
  };
}
