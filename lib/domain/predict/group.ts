import { metricKind } from '../metrics.js';

/** Metrics that fail in the same manner, hence are forecast alike. */
export type Group = (typeof GROUPS)[number];

/** All groups. */
export const GROUPS = ['memory', 'disk', 'cpu', 'pool', 'errors', 'latency'] as const;

const USAGES: readonly (readonly [RegExp, Group])[] = [
  [/(^|_)cpu_/, 'cpu'],
  [/(^|_)(memory|mem|heap|rss)_/, 'memory'],
  [/(^|_)(disk|volume|storage|filesystem)_/, 'disk'],
  [/(^|_)(connections?|conns?|pool|sessions?)_/, 'pool'],
];

/**
 * The group of a metric, from its name.
 *
 * @returns null for a metric whose failure is not known: it gets no forecast
 */
export function groupOf(metric: string): Group | null {
  const kind = metricKind(metric);
  if (kind === 'errors' || kind === 'latency') return kind;
  if (kind === 'other') return null;
  return USAGES.find(([pattern]) => pattern.test(metric))?.[1] ?? null;
}
