import type { Forecast } from '../../../lib/domain/predict/forecast.js';
import type { Trend } from '../../../lib/domain/predict/trend.js';
import { seriesOf } from '../series.js';
import { viewOf } from './view-of.js';

/** A trend of one point a minute that stands at 80 of 97.5. */
export const TREND: Trend = {
  view: viewOf([80]),
  length: 20,
  spanS: 1140,
  slope: 1 / 60,
  low: 0.9 / 60,
  high: 1.1 / 60,
  intercept: 80,
  z: 6,
  tau: 0.9,
  level: 80,
  levelAt: -60,
};

/** A forecast of memory with a probability of one's own. */
export function forecastOf(
  probability: (withinS: number) => number,
  changes: Partial<Forecast> = {},
): Forecast {
  return {
    metric: 'memory_usage',
    limit: 97.5,
    subject: { reason: 'Memory trending to exhaustion', followsDemand: false },
    series: seriesOf([78, 79, 80]),
    trend: TREND,
    probability,
    crossingS: { low: 900, likely: 1000, high: 1200 },
    ...changes,
  };
}
