import type { Reason } from '../assessment.js';
import { metricKind } from '../metrics.js';

/** What a metric's failure is called, and how far ahead it can be seen. */
export interface Subject {
  readonly reason: Reason;
  /**
   * Whether it rises and falls with traffic: without a day's profile, such a rise says little
   * beyond one horizon.
   */
  readonly followsDemand: boolean;
}

const USAGES: readonly { readonly pattern: RegExp; readonly subject: Subject }[] = [
  {
    pattern: /(^|_)cpu_/,
    subject: { reason: 'CPU trending to exhaustion', followsDemand: true },
  },
  {
    pattern: /(^|_)(memory|mem|heap|rss)_/,
    subject: { reason: 'Memory trending to exhaustion', followsDemand: false },
  },
  {
    pattern: /(^|_)(disk|volume|storage|filesystem)_/,
    subject: { reason: 'Disk trending to exhaustion', followsDemand: false },
  },
  {
    pattern: /(^|_)(connections?|conns?|pool|sessions?)_/,
    subject: { reason: 'Connections trending to exhaustion', followsDemand: true },
  },
];

/**
 * What a metric's failure is called, from the metric's name.
 *
 * @returns null for a metric whose failure has no name in the contract: it gets no forecast
 */
export function subjectOf(metric: string): Subject | null {
  const kind = metricKind(metric);
  if (kind === 'errors') return { reason: 'Error rate doubling', followsDemand: true };
  if (kind === 'latency') return { reason: 'Latency degrading', followsDemand: true };
  if (kind === 'other') return null;
  return USAGES.find(({ pattern }) => pattern.test(metric))?.subject ?? null;
}
