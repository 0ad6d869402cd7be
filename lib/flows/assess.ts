import type { Assessment } from '../domain/assessment.js';
import type { Memory } from '../domain/decide/memory.js';
import { assess } from '../domain/health/assess.js';
import { foldWindow } from '../domain/health/fold.js';
import { calibrated } from '../domain/learn/calibrated.js';
import { type Calibration, NO_CALIBRATION } from '../domain/learn/calibration.js';
import { type Limits, limitsFor } from '../domain/metrics.js';
import type { Settings } from '../domain/settings.js';
import type { Window } from '../domain/window.js';
import type { Watched } from '../store/windows.js';

/** A component's window, its limits, and what they mean together. */
export interface Assessed {
  readonly window: Window;
  readonly limits: Limits;
  readonly assessment: Assessment;
}

/** Assess one component from its samples and the memory of earlier assessments. Pure. */
export function assessWatched(
  { component, samples, firstSampleAt, lastSampleAt, resetAt }: Watched,
  scores: Memory['scores'],
  settings: Settings,
  now: Date,
  calibration: Calibration = NO_CALIBRATION,
): Assessed {
  const folded = foldWindow(samples, { intervalS: settings.intervalS, firstAt: firstSampleAt });
  const window = { ...folded, lastAt: folded.lastAt ?? lastSampleAt, resetAt };
  const assessment = assess({
    component: component.name,
    window,
    stated: component.limits,
    scores,
    settings,
    now,
    correct: (raw) => calibrated(raw, calibration, component.name),
  });
  const limits = limitsFor(Object.keys(window.series), component.limits, settings);
  return { window, limits, assessment };
}
