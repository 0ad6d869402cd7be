import type { Prediction } from '../assessment.js';
import type { Horizon } from './calibration.js';

/** What came of one prediction within a horizon: 1 a failure, 0 none, null what nobody can know. */
export type Label = 0 | 1 | null;

/** One kept prediction, and what came of it. */
export interface Outcome {
  readonly component: string;
  /** When it was predicted. */
  readonly at: Date;
  /** Of the predictor, before any calibration; 0 to 1. */
  readonly raw: Prediction['horizons'];
  readonly kind: 'alarm' | 'quiet';
  /** The share of such assessments that were kept: above 0, at most 1. */
  readonly share: number;
  readonly labels: Readonly<Record<Horizon, Label>>;
  /** Whether an action of ours began within the horizon, before any failure. */
  readonly acted: Readonly<Record<Horizon, boolean>>;
  /** The failure that came, within the farthest horizon; null without one. */
  readonly failedAt: Date | null;
}
