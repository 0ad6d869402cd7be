import type { Assessment } from '../domain/assessment.js';
import type { Memory } from '../domain/decide/memory.js';
import { assess } from '../domain/health/assess.js';
import { foldLines } from '../domain/health/fold.js';
import { type Line, linesOf } from '../domain/health/lines.js';
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

/** What an assessment reads of a component, beside its samples. */
type Known = Pick<Watched, 'component' | 'firstSampleAt' | 'lastSampleAt' | 'resetAt'> & {
  readonly memory: Pick<Memory, 'scores' | 'said' | 'anomalies'>;
  readonly past: Past;
};

/** Assess one component from its samples, its past and the memory of earlier assessments. Pure. */
export function assessWatched(
  watched: Known & Pick<Watched, 'samples'>,
  beside: AssessWith,
): Assessed {
  return assessLines(watched, linesOf(watched.samples), beside);
}

/** {@link assessWatched}, where the lines of its samples are drawn already: a replay keeps them. */
export function assessLines(
  watched: Known,
  lines: readonly Line[],
  { settings, now, calibration = NO_CALIBRATION }: AssessWith,
): Assessed {
  const { component, firstSampleAt, lastSampleAt, resetAt, memory } = watched;
  const folded = foldLines(lines, { intervalS: settings.intervalS, firstAt: firstSampleAt });
  const window = { ...folded, lastAt: folded.lastAt ?? lastSampleAt, resetAt };
  const past = extendPast(watched.past, window, settings);
  const assessment = assess({
    component: component.name,
    window,
    stated: component.limits,
    scores: memory.scores,
    settings,
    now,
    past,
    said: memory.said ?? null,
    anomalies: memory.anomalies ?? {},
    correct: (raw) => calibrated(raw, calibration, component.name),
  });
  const limits = limitsFor(Object.keys(window.series), component.limits, settings);
  return { window, limits, assessment, past };
}
