import type { Anomaly, AnomalyMemory } from './anomaly/anomaly.js';

/** What the prediction may say, in the words of the contract. */
export type Reason =
  | 'Memory leak detected'
  | 'CPU trending to exhaustion'
  | 'Memory trending to exhaustion'
  | 'Error rate doubling'
  | 'Latency degrading'
  | 'Connections trending to exhaustion'
  | 'Disk trending to exhaustion';

/** How near a failure is: within 1, 6 or 24 horizons of an hour; null when none is in sight. */
export type Level = 'critical' | 'high' | 'medium' | null;

/** Where health is heading. */
export type Trend = 'improving' | 'stable' | 'declining';

/** Three points of an uncertain quantity. */
export interface Interval<T> {
  readonly low: T;
  readonly likely: T;
  readonly high: T;
}

/** Why a reason is given: the numbers a person can check. */
export interface Evidence {
  readonly reason: Reason;
  readonly metric: string;
  /** The instance that shows it, or null when the sender has only one. */
  readonly instance: string | null;
  /** The present level of the metric (smoothed), in its unit. */
  readonly now: number;
  /** The `fail` limit it is heading for, in its unit. */
  readonly limit: number;
  readonly slopePerHour: number;
  /** Projected crossing of the limit; a bound is null when it lies beyond a week or never. */
  readonly crossesAt: Interval<Date | null>;
  /** One sentence for a person. */
  readonly text: string;
}

/** Probabilities of failure within 1, 6 and 24 horizons of an hour, 0–1; never decreasing. */
export interface Horizons {
  readonly '1h': number;
  readonly '6h': number;
  readonly '24h': number;
}

/** What was said at an assessment, before anything corrected it. */
export interface Said {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly horizons: Horizons;
}

/** A forecast of failure. */
export interface Prediction {
  /** The contract's single number, 0–1: above 0.5 critical, 0.3–0.5 high, 0.1–0.3 medium. */
  readonly probability: number;
  readonly level: Level;
  /** Probabilities of failure within each horizon, calibrated where outcomes taught that; never decreasing. */
  readonly horizons: Horizons;
  /** The predictor's own, where they were calibrated; absent where `horizons` are. */
  readonly raw?: Horizons;
  /** What the next assessment has to know, see `steadied`; absent where nothing was forecast. */
  readonly said?: Said;
  /** Seconds until the failure, or null when none is in sight. */
  readonly timeToFailureS: Interval<number> | null;
  readonly reasons: readonly Reason[];
  readonly evidence: readonly Evidence[];
}

/** The document's leak test on a component's memory. */
export interface Leak {
  readonly detected: boolean;
  /** Growth over the baseline, a ratio: 0.5 is half as much again. Null without a baseline. */
  readonly growthRatio: number | null;
  /** Share of upward steps among the last points. */
  readonly upwardShare: number;
  readonly why: string;
}

/** What a component looks like at one instant. */
export interface Assessment {
  readonly component: string;
  /** 0–100; null when there is no data: no data is not health. */
  readonly score: number | null;
  readonly trend: Trend;
  readonly warnings: readonly string[];
  readonly prediction: Prediction;
  readonly leak: Leak | null;
  /** `unknown` when samples are missing or stale. */
  readonly state: 'healthy' | 'degraded' | 'failing' | 'unknown';
  /** Metrics at or beyond their `fail` limit in each of the last `breachesToOpen` samples. */
  readonly breaching: readonly string[];
  /** Metrics whose failure nobody knows, where they are unusual, the most unusual first; absent for none. */
  readonly anomalies?: readonly Anomaly[];
  /** What the next assessment has to know of such metrics; absent where there are none. */
  readonly anomalyMemory?: AnomalyMemory;
  /** Newest value of each metric. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly samples: number;
  readonly asOf: Date;
}
