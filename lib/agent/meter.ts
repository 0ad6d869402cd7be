import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import type { Limits } from './limits.js';
import type { Traffic } from './traffic.js';

/** Measures this process. */
export interface Meter {
  /** Everything, for the time since the last call; what cannot be told is absent. */
  measure(): Record<string, number>;
  /** Memory alone: true at any instant. */
  gauges(): Record<string, number>;
  close(): void;
}

/** What a meter works with. */
export interface MeterDeps {
  readonly limits: Limits;
  readonly traffic: Traffic;
  /** Percent of the database pool in use; null when it does not tell. */
  readonly poolUsage: () => number | null;
}

/** Milliseconds between two looks at the event loop: its timer costs 50 wake-ups a second. */
const LOOK_MS = 20;
/** Below this, CPU time is too coarse, and a rate is noise. */
const LEAST_ELAPSED_S = 0.05;

function percent(part: number, whole: number): number {
  return Math.min(Math.max((100 * part) / whole, 0), 100);
}

function rounded(values: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => Number.isFinite(value))
      .map(([name, value]) => [name, Math.round(value * 1000) / 1000]),
  );
}

/**
 * Memory in use. The usage is the larger of two: resident memory against the limit, and the heap against
 * V8's own limit, as whichever is reached first ends the process.
 */
function memory(limits: Limits): Record<string, number> {
  const { rss, heapUsed } = process.memoryUsage();
  const heapLimit = getHeapStatistics().heap_size_limit;
  return {
    memory_usage: Math.max(percent(rss, limits.memoryBytes), percent(heapUsed, heapLimit)),
    memory_bytes: rss,
    heap_bytes: heapUsed,
  };
}

/** How late the event loop was at worst in 99 of 100 looks; absent before the first look. */
function lag(histogram: IntervalHistogram): Record<string, number> {
  if (histogram.count === 0) return {};
  // The histogram holds the time between two looks, in nanoseconds.
  const lateMs = histogram.percentile(99) / 1e6 - LOOK_MS;
  histogram.reset();
  return { event_loop_lag_ms: Math.max(lateMs, 0) };
}

/** Measure this process from now on. */
export function createMeter({ limits, traffic, poolUsage }: MeterDeps): Meter {
  const histogram = monitorEventLoopDelay({ resolution: LOOK_MS });
  histogram.enable();
  let cpu = process.cpuUsage();
  let at = performance.now();
  function overTime(elapsedS: number): Record<string, number> {
    const used = process.cpuUsage(cpu);
    cpu = process.cpuUsage();
    at = performance.now();
    const usedS = (used.user + used.system) / 1e6;
    return {
      cpu_usage: percent(usedS, elapsedS * limits.cores),
      ...lag(histogram),
      ...traffic.take(elapsedS),
    };
  }
  return {
    measure() {
      const elapsedS = (performance.now() - at) / 1000;
      const pool = poolUsage();
      return rounded({
        ...memory(limits),
        ...(elapsedS >= LEAST_ELAPSED_S && overTime(elapsedS)),
        ...(pool !== null && { db_connections_usage: percent(pool, 100) }),
      });
    },
    gauges: () => rounded(memory(limits)),
    close: () => histogram.disable(),
  };
}
