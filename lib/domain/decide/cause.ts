/** What kind of trouble a component is in: the rows of the plan table. */
export const SITUATIONS = [
  'leak',
  'deployment_regression',
  'config_regression',
  'saturation_with_traffic',
  'cpu_saturation',
  'database',
  'upstream',
  'provider',
  'down',
  'unknown',
] as const;
export type Situation = (typeof SITUATIONS)[number];

/** Situations in which a change of the component's own is to blame. */
export const OWN_CHANGES: readonly Situation[] = ['deployment_regression', 'config_regression'];

/**
 * How well the evidence carries a cause: a grade by rule, since how often each is right has not been measured.
 *
 * - `strong`: seen, and hardly to be explained otherwise;
 * - `fair`: seen, with another explanation left, or foreseen;
 * - `weak`: nothing speaks against it.
 */
export const CONFIDENCES = ['strong', 'fair', 'weak'] as const;
export type Confidence = (typeof CONFIDENCES)[number];

/** What may be behind the trouble of a component: the row of the plan table, and one sentence. */
export interface Cause {
  readonly situation: Situation;
  readonly cause: string;
  readonly confidence: Confidence;
}

/** The best carried first; of two alike the one that stood first. */
export function byConfidence(causes: readonly Cause[]): Cause[] {
  return causes.toSorted(
    (a, b) => CONFIDENCES.indexOf(a.confidence) - CONFIDENCES.indexOf(b.confidence),
  );
}

/** A cause that the plan is not made for, as a timeline tells it. */
export function besidesText({ cause, confidence }: Cause): string {
  return `the cause may also be, on ${confidence} evidence: ${cause}`;
}
