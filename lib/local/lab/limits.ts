import { findLimits } from '../../agent/limits.js';
import type { StatedLimits } from '../../domain/metrics.js';
import type { ServiceName } from './graph.js';

/** What one service may take of the processor, in cores: beyond it others suffer. */
const CORES = 0.3;
const WARN_SHARE = 0.85;
/** What its owner promises, milliseconds. */
const LATENCY_MS = 2000;

/** A service's own limits. @param cores - the machine's, as its agent sees them */
export function limitsOf(service: ServiceName, cores = findLimits().cores): StatedLimits {
  const fail = (100 * CORES) / cores;
  return {
    cpu_usage: { warn: WARN_SHARE * fail, fail },
    latency_ms: { warn: LATENCY_MS },
    // Beyond this V8 collects garbage more than it serves.
    ...(service === 'web' ? { memory_usage: { warn: 75, fail: 85 } } : {}),
  };
}
