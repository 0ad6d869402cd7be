import type { Assessment, Level } from '../assessment.js';
import { LEAST_POINTS } from '../predict/least-points.js';
import { SECOND } from '../time.js';
import { numberText } from './number-text.js';
import type { Probed } from './probe-step.js';
import type { Premise } from './recovery.js';
import { levelRank } from './severity.js';

/**
 * Keep what an assessment says at the moment of a decision.
 *
 * Its metrics are those that carry the decision: of the evidence the loudest, and whatever is projected to
 * fail by the time at which nine tenths of the probability lie behind; without evidence the breaching
 * ones. A weak sign beside a strong one need not recede for the strong one to be healed.
 */
export function premiseOf(assessment: Assessment): Premise {
  const { prediction, score, breaching, metrics } = assessment;
  const carried = carriers(assessment);
  return {
    probability: prediction.probability,
    level: prediction.level,
    score,
    reasons: prediction.reasons,
    breaching,
    metrics: chosen(metrics, carried.length > 0 ? carried : breaching),
  };
}

function carriers({ prediction, asOf }: Assessment): string[] {
  const { evidence, timeToFailureS } = prediction;
  const lastMs = asOf.getTime() + (timeToFailureS?.high ?? 0) * SECOND;
  return evidence
    .filter(
      ({ crossesAt: { likely } }, i) => i === 0 || (likely?.getTime() ?? lastMs + 1) <= lastMs,
    )
    .map(({ metric }) => metric);
}

/** The newest values of some metrics; one without a value is absent. */
export function chosen(
  metrics: Readonly<Record<string, number>>,
  names: Iterable<string>,
): Record<string, number> {
  const values: Record<string, number> = {};
  for (const name of names) {
    const value = metrics[name];
    if (value !== undefined) values[name] = value;
  }
  return values;
}

/**
 * Whether a premise names any trouble. Just after an action none can be seen, and a verification against
 * that would prove nothing: the next step is judged by what the incident was opened for.
 */
export function isTrouble({ level, breaching }: Premise): boolean {
  return level !== null || breaching.length > 0;
}

/** What {@link premiseHolds} looks at. */
export interface PremiseInput {
  readonly premise: Premise;
  /** The assessment of this moment. */
  readonly assessment: Assessment;
  /** The level that hysteresis holds now. */
  readonly raised: Level;
  readonly incidentOpen: boolean;
  /** Whether the component's probes have found it down. */
  readonly probesFailed: boolean;
  /** What one more probe finds right now; null where none is made, or can be. */
  readonly probed: Probed | null;
  /** Of an action for a component that hangs or is gone: whether it still does, by that probe, too; null of any other. */
  readonly hanging: boolean | null;
}

/** Whether the reason for a recovery is still there, and why (not). */
export interface PremiseCheck {
  readonly holds: boolean;
  readonly why: string;
}

/**
 * Look again, right before the call, whether the trouble that was decided on is still there.
 *
 * It is while the component is found down and does not answer right now either, fails, still breaches what it breached, is at its level, or is
 * held at one while some level is in sight, or it is more than half as likely to fail as it was: a restart
 * by hand meanwhile is not repeated.
 * Where a window has just begun anew, no trend can be seen, and the level held counts. Missing samples are
 * not trouble, and a closed incident needs nothing.
 */
export function premiseHolds(input: PremiseInput): PremiseCheck {
  if (!input.incidentOpen) return { holds: false, why: 'the incident is closed' };
  const probed = probedText(input);
  if (probed !== null) return probed;
  if (input.assessment.state === 'unknown') {
    return { holds: false, why: `its state is unknown, with ${input.assessment.samples} samples` };
  }
  const trouble = troubleLeft(input);
  if (trouble !== null) return { holds: true, why: trouble };
  const before = numberText(input.premise.probability);
  const now = numberText(input.assessment.prediction.probability);
  return { holds: false, why: `the trouble is gone: probability ${before} before, ${now} now` };
}

/** What the probes alone settle, or null. */
function probedText({ probesFailed, probed, hanging }: PremiseInput): PremiseCheck | null {
  if (hanging === false) return { holds: false, why: notHangingText(probed) };
  if (!probesFailed || probed === 'well') return null;
  return { holds: true, why: 'its probes still find it down' };
}

function notHangingText(probed: Probed | null): string {
  if (probed === 'well') return 'its health URL answers again';
  if (probed === 'ill') return 'its health URL answers again, though not well yet';
  return 'it sends again, or nobody can tell whether it still hangs';
}

function raisedText(raised: Level, premise: Premise, assessment: Assessment): string | null {
  const { samples, prediction } = assessment;
  const held = `level ${raised} is still raised`;
  if (samples < LEAST_POINTS) return `${held}, and ${samples} samples are too few to see more`;
  return prediction.level !== null || prediction.probability > premise.probability / 2
    ? `${held}, probability ${numberText(prediction.probability)}`
    : null;
}

function troubleLeft({ premise, assessment, raised }: PremiseInput): string | null {
  const { prediction, breaching, state } = assessment;
  const still = premise.breaching.filter((metric) => breaching.includes(metric));
  if (still.length > 0) return `still breaching ${still.join(', ')}`;
  if (state === 'failing') return `failing on ${breaching.join(', ')}`;
  const { level } = prediction;
  if (level !== null && levelRank(level) >= levelRank(premise.level)) {
    return `level ${level}, probability ${numberText(prediction.probability)}`;
  }
  return raised === null ? null : raisedText(raised, premise, assessment);
}
