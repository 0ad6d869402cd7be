import type { ActionName } from '../../domain/decide/action.js';
import type { StatedLimits } from '../../domain/metrics.js';
import type { FaultName } from './fault.js';

/** One act: a fault, and what it is to end like. */
export interface Act {
  readonly number: number;
  readonly title: string;
  /** The service's component; its twin without Forestall is `<component>-alone`. */
  readonly component: string;
  readonly fault: FaultName;
  /** The metric that the fault drives, percent, and its short name. */
  readonly metric: 'memory_usage' | 'db_connections_usage';
  readonly metricText: string;
  /** The component's own limits, where the defaults are not what its owner wants. */
  readonly limits: StatedLimits;
  /** How the service fails when it is left alone. */
  readonly failsBy: 'exit' | 'lost';
  /** The actions that the story needs, in order: the last one must heal. */
  readonly actions: readonly ActionName[];
}

/** The whole story. */
export const ACTS: readonly Act[] = [
  {
    number: 1,
    title: 'A cache that is never emptied. Clean-up can free it.',
    component: 'prices',
    fault: 'cache',
    metric: 'memory_usage',
    metricText: 'memory',
    limits: {},
    failsBy: 'exit',
    actions: ['clean_memory'],
  },
  {
    number: 2,
    title: 'Event listeners that are never taken off. Clean-up cannot free them.',
    component: 'visitors',
    fault: 'listeners',
    metric: 'memory_usage',
    metricText: 'memory',
    // Trouble begins before the end: beyond this V8 collects garbage more than it serves.
    limits: { memory_usage: { warn: 75, fail: 85 } },
    failsBy: 'exit',
    actions: ['clean_memory', 'restart'],
  },
  {
    number: 3,
    title: 'Database connections that are never given back.',
    component: 'orders',
    fault: 'connections',
    metric: 'db_connections_usage',
    metricText: 'pool',
    limits: {},
    failsBy: 'lost',
    actions: ['reset_database'],
  },
];
