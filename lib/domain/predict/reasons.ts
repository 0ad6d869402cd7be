import type { Reason } from '../assessment.js';
import { trafficRise } from '../decide/traffic-rise.js';
import { leakTest } from '../health/leak.js';
import type { Window } from '../window.js';
import type { Forecast } from './forecast.js';

/** A request rate that rose by a fifth explains a rise of memory, as in the plan for saturation. */
const TRAFFIC_ROSE = 0.2;

function trafficRose(window: Window): boolean {
  const rate = window.series['request_rate'];
  return rate !== undefined && (trafficRise(rate) ?? 0) >= TRAFFIC_ROSE;
}

function isLeak(forecast: Forecast, window: Window): boolean {
  if (forecast.subject.reason !== 'Memory trending to exhaustion') return false;
  if (forecast.trend === null) return leakTest(forecast.series).detected;
  return !trafficRose(window);
}

/**
 * What a forecast is called, in the contract's words, most telling first.
 *
 * Memory that rises towards its limit is a leak unless traffic rose with it; memory that is already
 * at its limit is one when the document's own test says so.
 */
export function reasonsOf(forecast: Forecast, window: Window): Reason[] {
  const { reason } = forecast.subject;
  return isLeak(forecast, window) ? ['Memory leak detected', reason] : [reason];
}
