import { NO_PAST, type Past, PER_HORIZON } from '../past/past.js';
import { groupOf } from '../predict/group.js';
import { SECOND } from '../time.js';
import type { Window } from '../window.js';
import type { Anomaly, AnomalyMemory } from './anomaly.js';
import { anomalyText } from './anomaly-text.js';
import { type Judged, judgeMetric } from './judge-metric.js';

/** Metrics of one component that are scored, at most: what is kept of them must stay small. */
export const MOST_METRICS = 20;

/** What the anomalies of a component are found by. */
export interface AnomalyInput {
  /** Only the metrics that are still sent. */
  readonly window: Window;
  /** With the window folded into it. */
  readonly past?: Past;
  readonly before: AnomalyMemory;
  readonly horizonS: number;
}

/** What was found, and what the next assessment has to know. */
export interface Anomalies {
  /** The most unusual first; only metrics that are old enough. */
  readonly found: readonly Anomaly[];
  readonly memory: AnomalyMemory;
}

/** Those known already come first, so that a flood of new names does not displace them. */
function chosen({ series }: Window, before: AnomalyMemory): string[] {
  const unknown = Object.keys(series).filter((metric) => groupOf(metric) === null);
  return [
    ...unknown.filter((metric) => before[metric] !== undefined).sort(),
    ...unknown.filter((metric) => before[metric] === undefined).sort(),
  ].slice(0, MOST_METRICS);
}

/** A score from which a metric is listed: half of what makes a record. Below that there is nothing to say. */
const SHOWN_FROM = 0.2;

function anomalyOf(metric: string, { records, now }: Judged): Anomaly[] {
  const { fired } = records;
  const shown = fired !== null && fired.score >= (now?.score ?? 0) ? fired : now;
  if (shown === null || shown.score < SHOWN_FROM) return [];
  const { score, detector, value, usual } = shown;
  const text = anomalyText(metric, shown, shown === fired);
  return [{ metric, score, detector, value, usual, firedAt: fired?.at ?? null, text }];
}

/**
 * Score the metrics of a component whose failure is not known by their names.
 *
 * Four detectors judge what is new of each, every one against its own record on that metric (see
 * `judgeMetric`). What comes of it informs people and decides nothing.
 *
 * Young or short series have no score, nor constant ones, nor those with a value that is not finite.
 */
export function anomaliesOf(input: AnomalyInput): Anomalies {
  const found: Anomaly[] = [];
  const memory: Record<string, AnomalyMemory[string]> = {};
  for (const metric of chosen(input.window, input.before)) {
    const judged = judgedOf(input, metric);
    if (judged !== null) found.push(...anomalyOf(metric, judged));
    const kept = judged?.records ?? input.before[metric];
    if (kept !== undefined) memory[metric] = kept;
  }
  return { found: found.sort((a, b) => b.score - a.score), memory };
}

function judgedOf(
  { window, past = NO_PAST, before, horizonS }: AnomalyInput,
  metric: string,
): Judged | null {
  const series = window.series[metric];
  if (series === undefined) return null;
  const bucketS = horizonS / PER_HORIZON;
  return judgeMetric({
    series,
    past: past.bucketS === bucketS ? past.metrics[metric] : undefined,
    bucketMs: bucketS * SECOND,
    horizonMs: horizonS * SECOND,
    before: before[metric],
  });
}
