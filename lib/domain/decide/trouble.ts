import type { Assessment, Evidence } from '../assessment.js';
import { quantity } from '../health/quantity.js';

/** Metrics that breach now, or that a prediction with a level rests on. */
export function troubledMetrics({ breaching, prediction }: Assessment): Set<string> {
  const carried = prediction.level === null ? [] : prediction.evidence;
  return new Set([...breaching, ...carried.map(({ metric }) => metric)]);
}

/** The evidence for a reason that the prediction gives at some level, or null. */
export function predicted({ prediction }: Assessment, reason: Evidence['reason']): string | null {
  if (prediction.level === null || !prediction.reasons.includes(reason)) return null;
  return prediction.evidence.find((evidence) => evidence.reason === reason)?.text ?? reason;
}

/** What is wrong with a metric, in words that begin with its name: its evidence, or where it stands. */
export function metricText(metric: string, { prediction, metrics, breaching }: Assessment): string {
  const evidence = prediction.evidence.find((each) => each.metric === metric);
  if (evidence !== undefined && !breaching.includes(metric)) return evidence.text;
  const value = metrics[metric];
  const now = value === undefined ? 'breaches' : `is at ${quantity(metric, value)}, at or beyond`;
  return `${metric} ${now} its limit`;
}
