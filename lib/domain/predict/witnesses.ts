import type { Window } from '../window.js';
import type { Witness } from './evidence.js';
import { AT } from './features/features.js';
import type { MetricFeatures } from './features/metric-features.js';
import type { Forecast } from './forecast.js';
import { type Line, lineOf } from './line.js';
import { reasonsOf } from './reasons.js';

/** A metric speaks when its own line reaches its limit within so many times the time that is expected. */
const SPEAKS_WITHIN = 3;
/** No time is so short that a line must be nearer than this, horizons. */
const SHORTEST = 0.1;

/** How near a metric is to its limit by its own line, in logarithms of horizons. */
function nearness(line: Line | null): number {
  if (line === null) return Number.POSITIVE_INFINITY;
  return Math.log(Math.max(0.02, (1 - line.level) / line.slope));
}

/** The first witness tells the forecast's own time; another tells its own, which may be later. */
function timeOf(near: number, isFirst: boolean, { time }: Forecast): Forecast['time'] {
  if (isFirst || !Number.isFinite(near) || time.likely <= 0) return time;
  const later = Math.max(1, Math.exp(near) / time.likely);
  return { low: time.low * later, likely: time.likely * later, high: time.high * later };
}

/**
 * The metrics that speak for a forecast, the most telling first: those at their limit, else those whose
 * own line leads there in about the time that is expected; at least the one that is nearest, or farthest
 * on its way.
 */
export function witnessesOf(forecast: Forecast, window: Window): Witness[] {
  const { metrics, failing, time } = forecast;
  const all = metrics.map((one) => {
    const isFailing = failing.includes(one.metric);
    const line = isFailing ? null : lineOf(one.readings, time.likely);
    return { one, isFailing, line, near: isFailing ? Number.NEGATIVE_INFINITY : nearness(line) };
  });
  const far = ({ features }: MetricFeatures): number => features[AT.now] ?? 0;
  all.sort((a, b) => (a.near === b.near ? far(b.one) - far(a.one) : a.near - b.near));
  const latest = Math.log(SPEAKS_WITHIN * Math.max(SHORTEST, time.likely));
  const speaking = all.filter(({ near }, i) => i === 0 || near <= latest);
  const told = failing.length > 0 ? all.filter(({ isFailing }) => isFailing) : speaking;
  return told.map(({ one, isFailing, line, near }, i) => {
    const of = { series: one.series, window, isFailing };
    const own = timeOf(near, i === 0, forecast);
    return { one, isFailing, line, time: own, reasons: reasonsOf(one.group, of) };
  });
}
