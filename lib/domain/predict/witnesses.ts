import type { Window } from '../window.js';
import type { Witness } from './evidence.js';
import { AT } from './features/features.js';
import type { MetricFeatures } from './features/metric-features.js';
import type { Forecast } from './forecast.js';
import { type Line, lineOf } from './line.js';
import { reasonsOf } from './reasons.js';

/** Logarithm of the horizons within which a metric's own line must reach its limit to speak. */
const SPEAKS_WITHIN = Math.log(24);

/** How near a metric is to its limit by its own line, in logarithms of horizons. */
function nearness(line: Line | null): number {
  if (line === null) return Number.POSITIVE_INFINITY;
  return Math.log(Math.max(0.02, (1 - line.level) / line.slope));
}

/**
 * The metrics that speak for a forecast, the most telling first: those at their limit, else those whose
 * own line leads there within a day; at least the one that is farthest on its way.
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
  const speaking = all.filter(({ near }, i) => i === 0 || near <= SPEAKS_WITHIN);
  const told = failing.length > 0 ? all.filter(({ isFailing }) => isFailing) : speaking;
  return told.map(({ one, isFailing, line }) => {
    const of = { series: one.series, window, isFailing };
    return { one, isFailing, line, time, reasons: reasonsOf(one.group, of) };
  });
}
