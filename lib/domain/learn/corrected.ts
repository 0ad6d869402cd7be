import type { Prediction } from '../assessment.js';
import { verdictOf } from '../predict/combine.js';

/**
 * A prediction with its probabilities as outcomes have taught, and the level that follows from them; the
 * predictor's own stand beside as `raw`.
 *
 * @param correct - never decreasing, and what it answers neither from one horizon to the next
 * @param raiseAt - the probability from which a horizon gives its level
 */
export function corrected(
  prediction: Prediction,
  correct: (raw: Prediction['horizons']) => Prediction['horizons'],
  raiseAt: number,
): Prediction {
  const raw = prediction.horizons;
  const horizons = correct(raw);
  const { level, probability } = verdictOf(horizons, raiseAt);
  const timeToFailureS = level === null ? null : prediction.timeToFailureS;
  return { ...prediction, level, probability, horizons, raw, timeToFailureS };
}
