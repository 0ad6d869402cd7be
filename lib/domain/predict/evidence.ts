import type { Evidence, Interval, Reason } from '../assessment.js';
import { duration, quantity } from '../health/quantity.js';
import type { MetricFeatures } from './features/metric-features.js';
import type { Line } from './line.js';
import { median } from './robust.js';

/** A week, where the horizon is an hour: nothing is projected farther. */
export const FARTHEST_HORIZONS = 168;

/** One metric that speaks for a forecast. */
export interface Witness {
  readonly reasons: readonly Reason[];
  readonly one: MetricFeatures;
  /** Whether it is at its limit already. */
  readonly isFailing: boolean;
  /** What it rises along; null where nothing rises. */
  readonly line: Line | null;
  /** Horizons until the failure. */
  readonly time: Interval<number>;
}

/** The slope of a line at its end, in the metric's unit an hour. */
function slopePerHour({ readings }: MetricFeatures, line: Line, horizonS: number): number {
  const little = line.span / 1000;
  const { way } = readings;
  const { level, slope } = line;
  const rise = way.unit(level + slope * little) - way.unit(level - slope * little);
  return (rise / (2 * little)) * (3600 / horizonS);
}

function dates(time: Interval<number>, horizonS: number, now: Date): Interval<Date | null> {
  const date = (horizons: number): Date | null =>
    horizons > FARTHEST_HORIZONS ? null : new Date(now.getTime() + horizons * horizonS * 1000);
  return { low: date(time.low), likely: date(time.likely), high: date(time.high) };
}

interface Told {
  readonly now: number;
  readonly slope: number;
  readonly instance: string | null;
  readonly horizonS: number;
}

function sentence({ one, line, isFailing, time }: Witness, told: Told): string {
  const { metric } = one;
  const limit = quantity(metric, one.limit);
  const where = told.instance === null ? '' : ` on ${told.instance}`;
  const is = `${metric}${where} is at ${quantity(metric, told.now)}`;
  if (isFailing) return `${is}, at or over its limit of ${limit}`;
  const span = (horizons: number): string => duration(horizons * told.horizonS);
  const rise =
    line === null
      ? 'is higher than its past explains'
      : `has risen over the last ${span(line.span)} by ${quantity(metric, told.slope)} an hour`;
  const when = `in about ${span(time.likely)} (${span(time.low)} to ${span(time.high)})`;
  return `${is} and ${rise}; it reaches its limit of ${limit} ${when}`;
}

/**
 * The numbers behind one metric's word, for a person to check; one entry for each reason.
 *
 * @param horizonS - the horizon of the level critical, seconds
 */
export function evidenceOf(witness: Witness, horizonS: number, now: Date): Evidence[] {
  const { one, line, time, reasons } = witness;
  const { metric, series, limit } = one;
  const present = median(series.y.slice(-3));
  const slope = line === null ? 0 : slopePerHour(one, line, horizonS);
  const instance = series.instance.at(-1) || null;
  const text = sentence(witness, { now: present, slope, instance, horizonS });
  return reasons.map((reason) => ({
    ...{ reason, metric, instance, now: present, limit, slopePerHour: slope },
    ...{ crossesAt: dates(time, horizonS, now), text },
  }));
}
