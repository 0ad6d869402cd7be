import type { Assessment } from '../domain/assessment.js';
import type { Memory } from '../domain/decide/memory.js';
import { assess } from '../domain/health/assess.js';
import { foldWindow } from '../domain/health/fold.js';
import { calibrated } from '../domain/learn/calibrated.js';
import { type Calibration, NO_CALIBRATION } from '../domain/learn/calibration.js';
import { type Limits, limitsFor } from '../domain/metrics.js';
import { extendPast } from '../domain/past/extend-past.js';
import type { Past } from '../domain/past/past.js';
import type { Settings } from '../domain/settings.js';
import type { Window } from '../domain/window.js';
import type { Watched } from '../store/windows.js';

/** A component's window, its limits, and what they mean together. */
export interface Assessed {
  readonly window: Window;
  readonly limits: Limits;
  readonly assessment: Assessment;
  /** What came before the window, with the window folded into it: what the next assessment is told. */
  readonly past: Past;
}

/** What an assessment rests on beside the component itself. */
export interface AssessWith {
  readonly settings: Settings;
  readonly now: Date;
  /** What outcomes have taught; nothing by default. */
  readonly calibration?: Calibration;
}

/** Assess one component from its samples, its past and the memory of earlier assessments. Pure. */
export function assessWatched(
  watched: Pick<Watched, 'component' | 'samples' | 'firstSampleAt' | 'lastSampleAt' | 'resetAt'> & {
    readonly memory: Pick<Memory, 'scores' | 'said'>;
    readonly past: Past;
  },
  { settings, now, calibration = NO_CALIBRATION }: AssessWith,
): Assessed {
  const { component, samples, firstSampleAt, lastSampleAt, resetAt, memory } = watched;
  const folded = foldWindow(samples, { intervalS: settings.intervalS, firstAt: firstSampleAt });
  const window = { ...folded, lastAt: folded.lastAt ?? lastSampleAt, resetAt };
  const assessment = assess({
    ...{ component: component.name, window, stated: component.limits, settings, now },
    ...{ scores: memory.scores, said: memory.said ?? null, past: watched.past },
    correct: (raw) => calibrated(raw, calibration, component.name),
  });
  const limits = limitsFor(Object.keys(window.series), component.limits, settings);
  return { window, limits, assessment, past: extendPast(watched.past, window, settings) };
}
