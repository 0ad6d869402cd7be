import type { AnomalyMemory } from '../anomaly/anomaly.js';
import type { Level, Said } from '../assessment.js';
import type { Rising } from './rising.js';

/** What the next assessment of a component needs to know of the ones before. Kept as JSON. */
export interface Memory {
  /** The last ten scores, oldest first; `at` in milliseconds since the epoch. */
  readonly scores: readonly { readonly at: number; readonly score: number }[];
  /** What the last forecast said before anything corrected it; absent or null without one. */
  readonly said?: Said | null;
  /** The records of metrics whose failure is not known; absent where there are none. */
  readonly anomalies?: AnomalyMemory;
  /** What is on its way to its limit, and since when; absent for nothing. */
  readonly rising?: Rising;
  /** Assessments in a row that call for action. */
  readonly bad: number;
  /** When the last of them were made, at most `agreeing`, milliseconds since the epoch, oldest first. */
  readonly badAt: readonly number[];
  /** Assessments in a row that are good. */
  readonly good: number;
  /** The level held by hysteresis. */
  readonly raised: Level;
  /** Assessments in a row below half of the raising probability. */
  readonly calm: number;
  readonly state: 'healthy' | 'degraded' | 'failing' | 'unknown';
  /** Changes between good and bad within the flap window, milliseconds since the epoch. */
  readonly changes: readonly number[];
  /** Since when the state has been unknown, milliseconds since the epoch; null otherwise. */
  readonly unknownSince: number | null;
  /** Failed probes of `health_url` in a row. */
  readonly failedProbes: number;
  /** Of them, the newest in a row to which nothing answered at all; absent for none. */
  readonly silentProbes?: number;
  /** Whether a person was told of the present unknown state or flapping. */
  readonly told: readonly string[];
}

/** The memory of a component that has never been assessed. */
export const NO_MEMORY: Memory = {
  scores: [],
  bad: 0,
  badAt: [],
  good: 0,
  raised: null,
  calm: 0,
  state: 'unknown',
  changes: [],
  unknownSince: null,
  failedProbes: 0,
  told: [],
};
