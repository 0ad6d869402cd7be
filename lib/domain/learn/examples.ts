import { SECOND } from '../time.js';
import { HORIZONS, type Horizon } from './calibration.js';
import type { Outcome } from './outcome.js';

/** One outcome at one horizon, as the fits take it. */
export interface Example {
  readonly component: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Raw probability. */
  readonly p: number;
  readonly y: 0 | 1;
  /** How many assessments it stands for: the inverse of its sampling share. */
  readonly weight: number;
  /** Names those that share a fate: of one component, within one length of the horizon. */
  readonly fate: string;
  readonly kind: Outcome['kind'];
  /** Names the failure that came; null without one. */
  readonly failure: string | null;
}

/** How many hours each horizon has, where the first has one. */
export const HORIZON_FACTOR: Readonly<Record<Horizon, number>> = { '1h': 1, '6h': 6, '24h': 24 };

/** No outcome counts for more than so many middling ones: one absurd share must not decide. */
const MOST_WEIGHT = 5;

/** Nothing is sampled more thinly: one in a million assessments of 10,000 components is 14 a day. */
const LEAST_SHARE = 1e-6;

const isProbability = (p: number): boolean => p >= 0 && p <= 1;

/** Whether an outcome can be what it says: what cannot is left out, not repaired. */
function isSound({ at, raw, share }: Outcome): boolean {
  return (
    HORIZONS.every((horizon) => isProbability(raw[horizon])) &&
    share >= LEAST_SHARE &&
    share <= 1 &&
    Number.isFinite(at.getTime())
  );
}

function exampleOf(
  outcome: Outcome,
  { horizon, horizonS }: { horizon: Horizon; horizonS: number },
): Example | null {
  const y = outcome.labels[horizon];
  if (y === null || outcome.acted[horizon]) return null;
  const { component, kind, share, failedAt } = outcome;
  const at = outcome.at.getTime();
  const lengthMs = HORIZON_FACTOR[horizon] * horizonS * SECOND;
  return {
    component,
    at,
    p: outcome.raw[horizon],
    y,
    weight: 1 / share,
    fate: `${component} ${Math.floor(at / lengthMs)}`,
    kind,
    failure: y === 1 && failedAt !== null ? `${component} ${failedAt.getTime()}` : null,
  };
}

/** The order of their names, times and numbers: never that in which they came. */
function inOrder(a: Example, b: Example): number {
  if (a.at !== b.at) return a.at - b.at;
  if (a.component !== b.component) return a.component < b.component ? -1 : 1;
  return a.p - b.p || a.y - b.y || a.weight - b.weight;
}

function heldWeights(examples: readonly Example[]): Example[] {
  const weights = examples.map(({ weight }) => weight).sort((a, b) => a - b);
  const most = MOST_WEIGHT * (weights[Math.floor(weights.length / 2)] ?? 1);
  return examples.map((one) => ({ ...one, weight: Math.min(one.weight, most) }));
}

/**
 * What can be learned from at one horizon, in a fixed order.
 *
 * Censored outcomes are left out, and so are those that were acted on, even if they failed all the
 * same: those that the action saved cannot be counted, and failures alone would say that every alarm
 * was right. Weights are the inverse of the sampling share (Horvitz and Thompson), held at 5 times
 * the middling one.
 *
 * @param options.horizonS - length of the nearest horizon, seconds
 * @see Horvitz and Thompson, "A generalization of sampling without replacement from a finite
 * universe", 1952
 */
export function examplesOf(
  outcomes: readonly Outcome[],
  options: { readonly horizon: Horizon; readonly horizonS: number },
): Example[] {
  const found = outcomes
    .filter(isSound)
    .map((outcome) => exampleOf(outcome, options))
    .filter((one) => one !== null);
  return heldWeights(found).sort(inOrder);
}

/**
 * How many independent outcomes weighted ones that share fates are worth, `(Σ W)² / Σ W²` over the
 * weights of the fates; 0 for none.
 *
 * @see Kish, "Survey Sampling", 1965: the effective sample size
 */
export function effectiveCount(examples: readonly Pick<Example, 'fate' | 'weight'>[]): number {
  const byFate = new Map<string, number>();
  for (const { fate, weight } of examples) byFate.set(fate, (byFate.get(fate) ?? 0) + weight);
  let [sum, squares] = [0, 0];
  for (const weight of byFate.values()) {
    sum += weight;
    squares += weight * weight;
  }
  return squares === 0 ? 0 : (sum * sum) / squares;
}
