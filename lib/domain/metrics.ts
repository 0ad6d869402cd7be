import * as z from 'zod';
import type { Settings } from './settings.js';

/** One component's metrics at an instant. */
export interface Sample {
  readonly at: Date;
  /** Name of the running copy; the empty string when the sender has only one. */
  readonly instance: string;
  /**
   * Metric name to value. `cpu_usage` and `memory_usage` are percent (0–100), `error_rate` a ratio
   * (0–1), `latency_ms` milliseconds; any other finite number is welcome. Missing is absent, never 0.
   */
  readonly values: Readonly<Record<string, number>>;
}

/** The two limits of a metric: `warn` lowers the score, `fail` is what failure means. */
export interface Limit {
  readonly warn: number;
  readonly fail: number;
}

/** Metric name to its limits. */
export type Limits = Readonly<Record<string, Limit>>;

/** Limits as a component states them: either may be left to the default. */
export const StatedLimits = z.record(
  z.string().min(1).max(64),
  z.strictObject({
    warn: z.number().positive().optional(),
    fail: z.number().positive().optional(),
  }),
);
export type StatedLimits = z.infer<typeof StatedLimits>;

/** Percent at which a usage metric counts as failed: beyond it the kernel, not the service, decides. */
const USAGE_FAIL = 97.5;
/** A disk is useful up to here: file systems reserve the rest. */
const DISK_FAIL = 98.5;
/** A pool fails only when it is full. */
const POOL_FAIL = 99.9;

/** How a metric is understood from its name. */
export type MetricKind = 'usage' | 'errors' | 'latency' | 'other';

/** Say how a metric is understood, from its name alone. */
export function metricKind(name: string): MetricKind {
  if (name === 'error_rate') return 'errors';
  if (name === 'latency_ms') return 'latency';
  return name.endsWith('_usage') ? 'usage' : 'other';
}

function defaultLimit(name: string, settings: Settings): Limit | null {
  if (name === 'cpu_usage') return { warn: settings.cpuWarnPercent, fail: USAGE_FAIL };
  if (name === 'memory_usage') return { warn: settings.memoryWarnPercent, fail: USAGE_FAIL };
  if (name === 'error_rate')
    return { warn: settings.errorWarnRatio, fail: settings.errorWarnRatio };
  if (name === 'latency_ms') return { warn: settings.latencyWarnMs, fail: settings.latencyWarnMs };
  if (name === 'disk_usage') return { warn: 90, fail: DISK_FAIL };
  return metricKind(name) === 'usage' ? { warn: 90, fail: POOL_FAIL } : null;
}

/**
 * Put a component's limits together: what it states wins over the settings, metric by metric.
 *
 * A metric that is neither known by its name nor stated has no limits and is absent. A stated `warn`
 * alone moves `fail` with it for errors and latency, where the objective is the limit.
 *
 * @param names - the metrics in question
 */
export function limitsFor(
  names: Iterable<string>,
  stated: StatedLimits,
  settings: Settings,
): Limits {
  const limits: Record<string, Limit> = {};
  for (const name of names) {
    const limit = combined(stated[name], defaultLimit(name, settings), metricKind(name));
    if (limit !== null) limits[name] = limit;
  }
  return limits;
}

function combined(
  own: StatedLimits[string] | undefined,
  fallback: Limit | null,
  kind: MetricKind,
): Limit | null {
  const warn = own?.warn ?? fallback?.warn ?? own?.fail;
  if (warn === undefined) return null;
  const objective = kind === 'errors' || kind === 'latency' ? warn : fallback?.fail;
  return { warn, fail: own?.fail ?? objective ?? warn };
}
