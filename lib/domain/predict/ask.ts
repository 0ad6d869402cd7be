import type { Horizons } from '../assessment.js';
import { sigmoid } from '../learn/logit.js';
import { AT, FEATURES, type FeatureName } from './features/features.js';
import { ANNOUNCED_BY, type Joint } from './features/joint.js';
import type { FailureModel } from './model.js';

/** What the trees say of one way to fail. */
export interface Answer {
  readonly horizons: Horizons;
  /** Horizons until the failure, if it comes. */
  readonly time: number;
}

// Both rules were set on the calibration worlds: without the first, one sawtooth that peaks at 99 % of its
// memory raised half of all false alarms; without the second, a third of those at 6 horizons came within
// the first hours of a component's life.

/** Most that is said of a level that was lived through before, while its floor does not rise. */
const LIVED_THROUGH = 0.2;
/** A level counts as new from this share of the way that was left. */
const NEW = 0.02;
/** Standard score from which a floor rises. */
const RISES = 2.5;

/** Most that is said of what comes to rest, or leads nowhere. */
const AT_REST = 0.15;

/** Horizons of history without which demand cannot be told from a failure farther ahead than one. */
const YOUNG = 8;
/** Most that is said then beyond the first horizon, unless more is said within it. */
const YOUNG_MOST = 0.4;

function isLivedThrough({ failure, features }: Pick<Joint, 'failure' | 'features'>): boolean {
  if (failure === 'objective') return false;
  const floor = Math.max(at(features, 'floor_t_4h'), at(features, 'floor_t_8h'));
  const isRising = at(features, 'swing_8h') >= SAWS && floor >= RISES;
  return at(features, 'news_1h') <= NEW && !isRising;
}

function isYoung({ failure, features }: Pick<Joint, 'failure' | 'features'>): boolean {
  if (failure !== 'objective') return false;
  const ages = ANNOUNCED_BY.objective.map((_, i) => features[i * FEATURES.length + AT.age] ?? 0);
  return Math.expm1(Math.max(...ages)) < YOUNG;
}

/** A longer line must be this sure, and a shorter one that, before their slopes are compared. */
const SURE = 5;
const RATHER_SURE = 6;
/** A rise that keeps less than this share of its slope has stopped. */
const STOPPED = 0.3;
/** What is missing in half a horizon must exceed the noise so many times to be missed. */
const MISSED = 5;

const at = (features: Float64Array, name: FeatureName): number => features[AT[name]] ?? 0;

/** Way per horizon of a line, by the time that it takes to the limit. */
function slopeOf(features: Float64Array, ttl: FeatureName): number {
  const slope = Math.max(0, 1 - at(features, 'now')) / Math.exp(at(features, ttl));
  return at(features, ttl) >= Math.log(299) ? 0 : slope;
}

/**
 * Shorter and longer lines whose slopes are compared, and the share that a straight rise keeps for sure: the
 * last half of a line that has 0.6 of the slope of the first has 0.75 of that of the whole.
 */
const PAIRS = [
  ['15m', '60m', 0.6],
  ['30m', '60m', 0.72],
  ['60m', '2h', 0.72],
  ['60m', '4h', 0.6],
  ['2h', '8h', 0.6],
] as const;

/** Whether a rise that was sure is surely coming to rest, as warm-ups do. */
function comesToRest(features: Float64Array): boolean {
  return PAIRS.some(([short, long, kept]) => {
    const sure = at(features, `t_${long}`) >= SURE && at(features, `t_${short}`) >= RATHER_SURE;
    return sure && slopeOf(features, `ttl_${short}`) < kept * slopeOf(features, `ttl_${long}`);
  });
}

/** Whether what rose within the last horizon has not risen in its last half: a step, not a slope. */
function hasStopped(features: Float64Array): boolean {
  const hour = slopeOf(features, 'ttl_60m');
  const isPlain = hour / 2 > Math.max(0.02, MISSED * at(features, 'noise_60m'));
  return isPlain && slopeOf(features, 'ttl_30m') < STOPPED * hour;
}

/** The newest lines that may lead to a failure within each horizon: one of them must, or nothing does. */
const LEADING = {
  '1h': ['15m', '30m', '60m', '4h'],
  '6h': ['60m', '4h', '8h'],
  '24h': ['60m', '2h', '4h', '8h', '16h'],
} as const;

/** Least standard score of a line that leads, and the multiple of the horizon in which it arrives. */
const LEADS = 3;
const ARRIVES = 3;
/** What a metric saws in a quarter of a horizon, in shares of the way, before it has a floor. */
const SAWS = 0.02;

/** Lines through the floor speak for longer stretches than an hour; lines through the level for the others. */
function leads(features: Float64Array, horizon: keyof typeof LEADING, hours: number): boolean {
  return LEADING[horizon].some((name) => {
    const isFloor = name === '4h' || name === '8h' || name === '16h';
    if (isFloor && at(features, 'swing_8h') < SAWS) return false;
    const [ttl, t]: [FeatureName, FeatureName] = isFloor
      ? [`floor_ttl_${name}`, `floor_t_${name}`]
      : [`ttl_${name}`, `t_${name}`];
    return at(features, t) >= LEADS && at(features, ttl) <= Math.log(ARRIVES * hours);
  });
}

/** Most that is said of memory or disk. */
function mostOf(joint: Pick<Joint, 'failure' | 'features'>): number {
  if (joint.failure === 'objective') return 1;
  if (isLivedThrough(joint)) return LIVED_THROUGH;
  return comesToRest(joint.features) || hasStopped(joint.features) ? AT_REST : 1;
}

/**
 * Ask the trees about one way to fail, and hold down what they cannot know: a level that was survived
 * before is survived again, and the first hours of a component show no day.
 */
export function ask(
  joint: Pick<Joint, 'failure' | 'features'>,
  of: Pick<FailureModel, keyof Horizons | 'time'>,
): Answer {
  const { failure, features } = joint;
  const most = mostOf(joint);
  const isStore = failure !== 'objective';
  const said = (horizon: keyof Horizons, hours: number, cap: number): number => {
    const held = isStore && !leads(features, horizon, hours) ? Math.min(cap, AT_REST) : cap;
    return Math.min(held, sigmoid(of[horizon](features)));
  };
  const first = said('1h', 1, most);
  const beyond = isYoung(joint) ? Math.max(first, YOUNG_MOST) : most;
  const sixth = Math.max(first, said('6h', 6, beyond));
  const last = Math.max(sixth, said('24h', 24, beyond));
  return {
    horizons: { '1h': first, '6h': sixth, '24h': last },
    time: Math.exp(of.time(features)),
  };
}
