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

// The rules were set on the calibration worlds: without the first, one sawtooth that peaks at 99 % of its
// memory raised half of all false alarms; without the second, a third of those at 6 horizons came within
// the first hours of a component's life, and a quarter of those within one came in its first 45 min.

/** Most that is said of a level that was lived through before, while its floor does not rise. */
const LIVED_THROUGH = 0.2;
/** A level counts as new from this share of the way that was left. */
const NEW = 0.02;
/** Standard score from which a floor rises. */
const RISES = 2.5;

/** Most that is said of what comes to rest, or leads nowhere. */
const AT_REST = 0.15;

/** Horizons of history without which nothing is known of what is usual. */
const NEWBORN = 0.75;
/** A young component's store that is less full than this has room for its first batch. */
const ROOM = 0.7;
/** Horizons of history without which demand cannot be told from a failure farther ahead than one. */
const YOUNG = 8;
/** Most that is said then; of demand, beyond the first horizon and unless more is said within it. */
const YOUNG_MOST = 0.4;

function isLivedThrough({ failure, features }: Pick<Joint, 'failure' | 'features'>): boolean {
  if (failure === 'objective') return false;
  const floor = Math.max(at(features, 'floor_t_4h'), at(features, 'floor_t_8h'));
  const isRising = at(features, 'swing_8h') >= SAWS && floor >= RISES;
  return at(features, 'news_1h') <= NEW && !isRising;
}

/** Horizons since the component's first sample. */
function ageOf({ failure, features }: Pick<Joint, 'failure' | 'features'>): number {
  const ages = ANNOUNCED_BY[failure].map((_, i) => features[i * FEATURES.length + AT.age] ?? 0);
  return Math.expm1(Math.max(...ages));
}

/** A longer line must be this sure, and a shorter one that, before their slopes are compared. */
const SURE = 5;
const RATHER_SURE = 6;
/** A rise that keeps less than this share of its slope has stopped. */
const STOPPED = 0.3;
/** What is missing in half a horizon must exceed the noise so many times to be missed. */
const MISSED = 5;

type Features = readonly number[];

const at = (features: Features, name: FeatureName): number => features[AT[name]] ?? 0;

/** Places of a line's logarithmic time to the limit, and of its standard score. */
interface Line {
  readonly ttl: number;
  readonly t: number;
}

const line = (name: '15m' | '30m' | '60m' | '2h' | '4h' | '8h'): Line => ({
  ttl: AT[`ttl_${name}`],
  t: AT[`t_${name}`],
});

const floor = (name: '4h' | '8h' | '16h'): Line => ({
  ttl: AT[`floor_ttl_${name}`],
  t: AT[`floor_t_${name}`],
});

const FARTHEST = Math.log(299);

const scoreOf = (features: Features, { t }: Line): number => features[t] ?? 0;

/** Way per horizon of a line, by the time that it takes to the limit. */
function slopeOf(features: Features, { ttl }: Line): number {
  const time = features[ttl] ?? FARTHEST;
  return time >= FARTHEST ? 0 : Math.max(0, 1 - (features[AT.now] ?? 0)) / Math.exp(time);
}

/**
 * Shorter and longer lines whose slopes are compared, and the share that a straight rise keeps for sure: the
 * last half of a line that has 0.6 of the slope of the first has 0.75 of that of the whole.
 */
const PAIRS = [
  [line('15m'), line('60m'), 0.6],
  [line('30m'), line('60m'), 0.72],
  [line('60m'), line('2h'), 0.72],
  [line('60m'), line('4h'), 0.6],
  [line('2h'), line('8h'), 0.6],
] as const;

/** Whether a rise that was sure is surely coming to rest, as warm-ups do. */
function comesToRest(features: Features): boolean {
  return PAIRS.some(([short, long, kept]) => {
    const isSure = scoreOf(features, long) >= SURE && scoreOf(features, short) >= RATHER_SURE;
    return isSure && slopeOf(features, short) < kept * slopeOf(features, long);
  });
}

const HOUR = line('60m');
const HALF_HOUR = line('30m');

/** Whether what rose within the last horizon has not risen in its last half: a step, not a slope. */
function hasStopped(features: Features): boolean {
  const hour = slopeOf(features, HOUR);
  const isPlain = hour / 2 > Math.max(0.02, MISSED * at(features, 'noise_60m'));
  return isPlain && slopeOf(features, HALF_HOUR) < STOPPED * hour;
}

/**
 * The newest lines that may lead to a failure within each horizon: one of them must, or nothing does. Lines
 * through the floor speak for longer stretches than an hour, lines through the level for the others.
 */
const LEADING = {
  '1h': { lines: [line('15m'), line('30m'), line('60m')], floors: [floor('4h')] },
  '6h': { lines: [line('60m')], floors: [floor('4h'), floor('8h')] },
  '24h': { lines: [line('60m'), line('2h')], floors: [floor('4h'), floor('8h'), floor('16h')] },
} as const;

/** The horizons in hours of the usual one. */
const HOURS: Horizons = { '1h': 1, '6h': 6, '24h': 24 };

/** Least standard score of a line that leads, and the multiple of the horizon in which it arrives. */
const LEADS = 3;
const ARRIVES = 3;
/** What a metric saws in a quarter of a horizon, in shares of the way, before it has a floor. */
const SAWS = 0.02;

const isLeading = (features: Features, line: Line, latest: number): boolean =>
  scoreOf(features, line) >= LEADS && (features[line.ttl] ?? FARTHEST) <= latest;

function leads(features: Features, horizon: keyof typeof LEADING, hours: number): boolean {
  const latest = Math.log(ARRIVES * hours);
  const { lines, floors } = LEADING[horizon];
  if (lines.some((one) => isLeading(features, one, latest))) return true;
  if (at(features, 'swing_8h') < SAWS) return false;
  return floors.some((one) => isLeading(features, one, latest));
}

/** Most that is said of memory or disk. */
function mostOf(joint: Pick<Joint, 'failure' | 'features'>): number {
  if (joint.failure === 'objective') return 1;
  if (isLivedThrough(joint)) return LIVED_THROUGH;
  return comesToRest(joint.features) || hasStopped(joint.features) ? AT_REST : 1;
}

/** Whether too little is known to announce anything: the first batch of a component looks like a leak. */
function isUnknown(
  { failure, features }: Pick<Joint, 'failure' | 'features'>,
  age: number,
): boolean {
  if (age < NEWBORN) return true;
  return failure !== 'objective' && age < YOUNG && (features[AT.now] ?? 0) < ROOM;
}

/** Most that is said of a horizon, of which no more than `most` is said anyway. */
function heldAt(
  { failure, features }: Pick<Joint, 'failure' | 'features'>,
  horizon: keyof Horizons,
  most: number,
): number {
  if (failure === 'objective' || leads(features, horizon, HOURS[horizon])) return most;
  return Math.min(most, AT_REST);
}

/** A failure that is this probable within a horizon is not expected after it. */
const LIKELY = 0.5;

/**
 * Ask the trees about one way to fail, and hold down what they cannot know: a level that was survived
 * before is survived again, and the first hours of a component show no day.
 */
export function ask(
  joint: Pick<Joint, 'failure' | 'features'>,
  of: Pick<FailureModel, keyof Horizons | 'time'>,
): Answer {
  const { failure, features } = joint;
  const age = ageOf(joint);
  const most = Math.min(mostOf(joint), isUnknown(joint, age) ? YOUNG_MOST : 1);
  const first = Math.min(heldAt(joint, '1h', most), sigmoid(of['1h'](features)));
  const isDemand = failure === 'objective';
  const beyond = isDemand && age < YOUNG ? Math.max(first, YOUNG_MOST) : most;
  const [held, longHeld] = [heldAt(joint, '6h', beyond), heldAt(joint, '24h', beyond)];
  const sixth = Math.max(first, Math.min(held, sigmoid(of['6h'](features))));
  const last = Math.max(sixth, Math.min(longHeld, sigmoid(of['24h'](features))));
  const latest = first >= LIKELY ? 1 : sixth >= LIKELY ? 6 : Number.POSITIVE_INFINITY;
  return {
    horizons: { '1h': first, '6h': sixth, '24h': last },
    time: Math.min(latest, Math.exp(of.time(features))),
  };
}
