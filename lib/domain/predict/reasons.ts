import type { Reason } from '../assessment.js';
import { trafficChange } from '../decide/traffic-change.js';
import { leakTest } from '../health/leak.js';
import type { Series, Window } from '../window.js';
import type { Group } from './group.js';

/** What the failure of each group is called in the contract. */
const NAMES: Readonly<Record<Group, Reason>> = {
  memory: 'Memory trending to exhaustion',
  disk: 'Disk trending to exhaustion',
  cpu: 'CPU trending to exhaustion',
  pool: 'Connections trending to exhaustion',
  errors: 'Error rate doubling',
  latency: 'Latency degrading',
};

/** A request rate that rose explains a rise of memory, as in the plan for saturation. */
function trafficRose(window: Window): boolean {
  const rate = window.series['request_rate'];
  return rate !== undefined && trafficChange(rate)?.isRise === true;
}

/**
 * What a forecast is called, in the contract's words, most telling first.
 *
 * Memory that rises towards its limit is a leak unless traffic rose with it; memory that is already at
 * its limit is one when the document's own test says so.
 *
 * @param isFailing - whether the metric is at its limit already
 */
export function reasonsOf(
  group: Group,
  { series, window, isFailing }: { series: Series; window: Window; isFailing: boolean },
): Reason[] {
  const leaks =
    group === 'memory' && (isFailing ? leakTest(series).detected : !trafficRose(window));
  return leaks ? ['Memory leak detected', NAMES[group]] : [NAMES[group]];
}
