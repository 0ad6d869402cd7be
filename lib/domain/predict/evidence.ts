import type { Evidence, Interval, Reason } from '../assessment.js';
import { duration, quantity } from '../health/quantity.js';
import { FARTHEST_HORIZONS } from './combine.js';
import type { Forecast } from './forecast.js';
import { median } from './robust.js';
import type { Trend } from './trend.js';

/** Present level and slope per hour, both in the metric's unit. */
function inUnits(trend: Trend): { readonly now: number; readonly slopePerHour: number } {
  const { level, slope, spanS, view } = trend;
  const little = spanS / 1000;
  const rise = view.unit(level + slope * little) - view.unit(level - slope * little);
  return { now: view.unit(level), slopePerHour: (rise / (2 * little)) * 3600 };
}

function dates(
  crossingS: Interval<number | null>,
  horizonS: number,
  now: Date,
): Interval<Date | null> {
  const date = (seconds: number | null): Date | null =>
    seconds === null || seconds > FARTHEST_HORIZONS * horizonS
      ? null
      : new Date(now.getTime() + seconds * 1000);
  return {
    low: date(crossingS.low),
    likely: date(crossingS.likely),
    high: date(crossingS.high),
  };
}

function inWords({ low, likely, high }: Interval<number | null>): string {
  if (likely === null) return 'in the far future';
  const until = high === null ? 'or much later' : `to ${duration(high)}`;
  return `in about ${duration(likely)} (${duration(low ?? 0)} ${until})`;
}

function sentence(forecast: Forecast, trend: Trend, instance: string | null): string {
  const { metric, limit } = forecast;
  const { now, slopePerHour } = inUnits(trend);
  const what = trend.view.name === 'floor' ? `what ${metric} falls back to` : metric;
  const where = instance === null ? '' : ` on ${instance}`;
  return (
    `${what}${where} is at ${quantity(metric, now)} and has risen over the last ` +
    `${duration(trend.spanS)} by ${quantity(metric, slopePerHour)} an hour; ` +
    `it reaches its limit of ${quantity(metric, limit)} ${inWords(forecast.crossingS)}`
  );
}

/**
 * The numbers behind one reason, for a person to check.
 *
 * @param horizonS - the horizon of the level critical, seconds
 */
export function evidenceOf(
  reason: Reason,
  forecast: Forecast,
  horizonS: number,
  now: Date,
): Evidence {
  const { metric, limit, series, trend } = forecast;
  const instance = series.instance.at(-1) || null;
  const crossesAt = dates(forecast.crossingS, horizonS, now);
  if (trend !== null) {
    const text = sentence(forecast, trend, instance);
    return { reason, metric, instance, limit, ...inUnits(trend), crossesAt, text };
  }
  const present = median(series.y.slice(-3));
  const where = instance === null ? '' : ` on ${instance}`;
  const text =
    `${metric}${where} is at ${quantity(metric, present)}, ` +
    `at or over its limit of ${quantity(metric, limit)}`;
  return { reason, metric, instance, now: present, limit, slopePerHour: 0, crossesAt, text };
}
