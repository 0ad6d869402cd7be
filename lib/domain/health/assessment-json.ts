import type { Anomaly } from '../anomaly/anomaly.js';
import type { Assessment, Evidence, Interval, Level, Prediction } from '../assessment.js';

/** An {@link Assessment} as the API answers it: the contract's names, and further ones. */
export interface AssessmentJson {
  readonly component: string;
  /** 0–100 with one decimal; null when there is no data. */
  readonly health_score: number | null;
  readonly trend: Assessment['trend'];
  readonly warnings: readonly string[];
  readonly failure_prediction: {
    readonly probability: number;
    readonly time_to_failure: string | null;
    readonly reasons: readonly string[];
  };
  readonly horizons: Prediction['horizons'];
  readonly time_to_failure_s: Interval<number> | null;
  readonly evidence: readonly EvidenceJson[];
  readonly leak: {
    readonly detected: boolean;
    readonly growth_ratio: number | null;
    readonly upward_share: number;
    readonly why: string;
  } | null;
  readonly state: Assessment['state'];
  readonly breaching: readonly string[];
  readonly metrics: Assessment['metrics'];
  readonly anomalies: readonly AnomalyJson[];
  readonly samples: number;
  readonly as_of: string;
}

/**
 * One {@link Evidence} as the API answers it; `instance` is absent when the sender has only one.
 */
export interface EvidenceJson {
  readonly reason: string;
  readonly metric: string;
  readonly instance?: string;
  readonly now: number;
  readonly limit: number;
  readonly slope_per_hour: number;
  readonly crosses_at: Interval<string | null>;
  readonly text: string;
}

/** One {@link Anomaly} as the API answers it: it says nothing of failure, and nothing is done for it. */
export interface AnomalyJson {
  readonly metric: string;
  readonly score: number;
  readonly detector: Anomaly['detector'];
  readonly value: number;
  readonly usual: number;
  readonly fired_at: string | null;
  readonly text: string;
}

/** The contract's words for how near a failure is. */
const TIME_TO_FAILURE: Readonly<Record<NonNullable<Level>, string>> = {
  critical: '< 1 hour',
  high: '1-6 hours',
  medium: '6-24 hours',
};

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

function evidenceJson(evidence: Evidence): EvidenceJson {
  const { reason, metric, instance, now, limit, slopePerHour, crossesAt, text } = evidence;
  return {
    reason,
    metric,
    ...(instance === null ? {} : { instance }),
    now,
    limit,
    slope_per_hour: slopePerHour,
    crosses_at: {
      low: crossesAt.low?.toISOString() ?? null,
      likely: crossesAt.likely?.toISOString() ?? null,
      high: crossesAt.high?.toISOString() ?? null,
    },
    text,
  };
}

function leakJson(leak: Assessment['leak']): AssessmentJson['leak'] {
  if (leak === null) return null;
  const { detected, growthRatio, upwardShare, why } = leak;
  return { detected, growth_ratio: growthRatio, upward_share: upwardShare, why };
}

function anomalyJson({ metric, score, firedAt, ...rest }: Anomaly): AnomalyJson {
  const { detector, value, usual, text } = rest;
  const fired = firedAt === null ? null : new Date(firedAt).toISOString();
  return { metric, score: rounded(score, 3), detector, value, usual, fired_at: fired, text };
}

/**
 * Put an assessment into the contract's shape.
 *
 * `failure_prediction.probability` has four decimals, which is more than it deserves, so that a
 * value just above a level's bound stays above it.
 */
export function assessmentJson(assessment: Assessment): AssessmentJson {
  const { component, score, trend, warnings, prediction, leak, state } = assessment;
  const { probability, level, reasons, horizons, timeToFailureS, evidence } = prediction;
  return {
    component,
    health_score: score === null ? null : rounded(score, 1),
    trend,
    warnings,
    failure_prediction: {
      probability: rounded(probability, 4),
      time_to_failure: level === null ? null : TIME_TO_FAILURE[level],
      reasons,
    },
    horizons,
    time_to_failure_s: timeToFailureS,
    evidence: evidence.map(evidenceJson),
    leak: leakJson(leak),
    state,
    breaching: assessment.breaching,
    metrics: assessment.metrics,
    anomalies: (assessment.anomalies ?? []).map(anomalyJson),
    samples: assessment.samples,
    as_of: assessment.asOf.toISOString(),
  };
}
