import type { Calibration } from '../domain/learn/calibration.js';
import { MODEL_VERSION } from '../domain/learn/model-version.js';
import { isSampled } from '../domain/learn/sampled.js';
import type { Settings } from '../domain/settings.js';
import { HOUR, SECOND } from '../domain/time.js';
import type { KeptPrediction } from '../store/predictions.js';
import type { Seen } from './seen.js';

/** What a prediction is kept with. */
export interface KeepingContext {
  /** The second in which the sweep's interval began. */
  readonly tick: number;
  readonly settings: Settings;
  readonly calibration: Calibration;
}

/** What fails already is not foretold, and of what is unknown nothing is. */
function isForecast({ assessment, incident }: Seen): boolean {
  const { state } = assessment;
  return state !== 'failing' && state !== 'unknown' && incident?.kind !== 'failing';
}

/** Whether an alarm is new, of another level, or the first look in another hour of it. */
function isDue({ watched, memory }: Seen, at: Date): boolean {
  if (memory.raised !== watched.memory.raised) return true;
  const hour = Math.floor(at.getTime() / HOUR) * HOUR;
  return watched.checkedHour === null || watched.checkedHour.getTime() < hour;
}

/** How many of such assessments are kept; null when this one is not. */
function shareKept(seen: Seen, { tick, settings }: KeepingContext): number | null {
  if (seen.assessment.prediction.level === null) {
    const { quietShare } = settings;
    return isSampled(seen.watched.component.id, tick, quietShare) ? quietShare : null;
  }
  // A row of an alarm stands for the hour that it opens.
  const perHour = (settings.intervalS * SECOND) / HOUR;
  return isDue(seen, seen.assessment.asOf) ? Math.min(1, perHour) : null;
}

/**
 * The prediction that a sweep keeps of one component, to learn from what comes of it: every alarm when
 * it is raised or changes and once an hour while it lasts, and a random sample of the quiet ones.
 *
 * @returns null for one that is not kept
 */
export function keptPrediction(seen: Seen, context: KeepingContext): KeptPrediction | null {
  const { assessment, watched } = seen;
  const share = isForecast(seen) ? shareKept(seen, context) : null;
  if (share === null) return null;
  const { level, horizons, raw, timeToFailureS } = assessment.prediction;
  return {
    componentId: watched.component.id,
    at: new Date(context.tick * SECOND),
    kind: level === null ? 'quiet' : 'alarm',
    share,
    level,
    raw: raw ?? horizons,
    calibrated: horizons,
    horizonS: context.settings.horizonS,
    timeToFailureS,
    calibration: context.calibration.version,
    model: MODEL_VERSION,
  };
}
