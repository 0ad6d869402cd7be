import type { Assessment } from '../assessment.js';
import type { Limits } from '../metrics.js';
import type { Settings } from '../settings.js';
import type { Premise } from './recovery.js';

/** How the executor says that the action ended; `pending` until it says so. */
export type ReportedEnd =
  | { readonly kind: 'pending' }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly why: string };

/** What `judge` looks at. */
export interface JudgeInput {
  readonly premise: Premise;
  /** The assessment of this moment. */
  readonly after: Assessment;
  /** Share of good requests since the action, 0–1; null when the component reports no errors at all. */
  readonly successRatio: number | null;
  /** Samples that arrived since the action. */
  readonly freshSamples: number;
  readonly reported: ReportedEnd;
  /**
   * What the latest probe of `health_url` found; null without one. For a component that sends no
   * samples at all, its answer is the whole proof.
   */
  readonly probe: 'answers' | 'fails' | null;
  /** Seconds since the settling time ended. */
  readonly waitedS: number;
  readonly actedAt: Date;
  /** The component's limits, by metric. */
  readonly limits: Limits;
  /** Whether an action is known that takes this one back. */
  readonly undoable: boolean;
  readonly settings: Settings;
}

/** The numbers before and after, kept with the recovery. */
export type Proof = Readonly<Record<string, unknown>>;

/** Whether a recovery did what it was for. */
export type Judgement =
  | { readonly kind: 'wait'; readonly why: string }
  | { readonly kind: 'succeeded'; readonly proof: Proof; readonly why: string }
  | { readonly kind: 'failed' | 'worse'; readonly proof: Proof; readonly why: string };
