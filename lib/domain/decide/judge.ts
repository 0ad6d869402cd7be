import { healthScore } from '../health/score.js';
import { metricKind } from '../metrics.js';
import { durationText } from './duration-text.js';
import type { JudgeInput, Judgement, Proof } from './judgement.js';
import { numberText } from './number-text.js';
import { chosen } from './premise.js';
import { levelRank } from './severity.js';

/** Points of the score beyond which a component is worse off than before, not merely noisy. */
const WORSE_BY = 10;

/**
 * Share by which a metric that carried the decision must have fallen. Restarts and clean-ups that work
 * free a good part of what was used; a twentieth is above the noise of a usage metric (1–2 points).
 */
const MOVED_BACK = 0.05;

/**
 * Judge one recovery by the component's state after its settling time.
 *
 * It succeeded only if what was predicted or breached has receded *and* the success ratio is at least
 * `successRatio`. Missing data is never success: it is waited for, at most `verifyPatienceS`. Worse
 * means that the score fell by more than ten points or that another metric breaches now, a usage aside whose
 * rise was foretold and goes on.
 */
export function judge(input: JudgeInput): Judgement {
  if (input.reported.kind === 'failed') {
    return ended('failed', input, `the executor reports: ${input.reported.why}`);
  }
  const missing = missingText(input);
  if (missing !== null) return patience(input, missing);
  const harm = harmText(input);
  if (harm !== null) return ended('worse', input, harm);
  const left = troubleText(input) ?? unsuccessfulText(input);
  return left === null
    ? ended('succeeded', input, successText(input))
    : ended('failed', input, left);
}

function ended(
  kind: Exclude<Judgement['kind'], 'wait'>,
  input: JudgeInput,
  why: string,
): Judgement {
  return { kind, proof: proofOf(kind, input, why), why };
}

function patience(input: JudgeInput, missing: string): Judgement {
  const { waitedS, settings, reported } = input;
  const pending = reported.kind === 'pending';
  const patienceS = pending ? settings.executorPatienceS : settings.verifyPatienceS;
  const waited = `waited ${durationText(waitedS)} of ${durationText(patienceS)}`;
  return waitedS < patienceS
    ? { kind: 'wait', why: `${missing}; ${waited}` }
    : ended('failed', input, `could not be verified: ${missing}; ${waited}`);
}

/** A component without a single sample can only be judged by its probes. */
function probedOnly({ after, probe }: JudgeInput): boolean {
  return probe !== null && after.samples === 0;
}

function missingText(input: JudgeInput): string | null {
  const { after, actedAt, freshSamples, reported, settings } = input;
  if (reported.kind === 'pending') return 'the executor has not reported its end';
  if (probedOnly(input)) return null;
  if (!(after.asOf > actedAt)) return 'the newest assessment is older than the action';
  if (!(freshSamples >= settings.verifySamples)) {
    return `${freshSamples} fresh samples of ${settings.verifySamples}`;
  }
  if (after.state === 'unknown') return 'the state is unknown';
  const carriers = [...Object.keys(input.premise.metrics), ...input.premise.breaching];
  const lost = carriers.find((metric) => after.metrics[metric] === undefined);
  return lost === undefined ? null : `${lost} is not reported any more`;
}

function harmText(input: JudgeInput): string | null {
  const { premise, after } = input;
  const going = goingOn(input);
  const fresh = after.breaching.filter(
    (metric) => !(premise.breaching.includes(metric) || going.has(metric)),
  );
  if (fresh.length > 0) return `worse: ${fresh.join(', ')} breaches now and did not before`;
  const score = scoreBeside(input, going);
  if (premise.score === null || score === null) return null;
  if (premise.score - score <= WORSE_BY) return null;
  const aside = going.size === 0 ? '' : `, ${[...going].join(', ')} left aside,`;
  return `worse: the score${aside} fell from ${numberText(premise.score)} to ${numberText(score)}`;
}

/**
 * The usages that were foretold to reach their limits within the hour: where they go on rising the action has not
 * helped, and has done no harm, so that the plan goes on. What can be put back is judged by them all the same: there
 * the safe answer is to undo.
 */
function goingOn({ premise, undoable }: JudgeInput): ReadonlySet<string> {
  if (undoable || premise.level !== 'critical') return new Set();
  return new Set(Object.keys(premise.metrics).filter((metric) => metricKind(metric) === 'usage'));
}

/** The score as it would be if those metrics stood where they stood before. */
function scoreBeside(
  { premise, after, limits }: JudgeInput,
  going: ReadonlySet<string>,
): number | null {
  if (going.size === 0 || after.score === null) return after.score;
  const back = [...going].map((metric) => [
    metric,
    Math.min(after.metrics[metric] ?? Number.NaN, premise.metrics[metric] ?? Number.NaN),
  ]);
  return healthScore({ ...after.metrics, ...Object.fromEntries(back) }, limits);
}

function troubleText(input: JudgeInput): string | null {
  const { premise, after, probe } = input;
  if (probe === 'fails') return 'its probes still fail';
  if (probedOnly(input)) return null;
  const still = after.breaching.filter((metric) => premise.breaching.includes(metric));
  if (still.length > 0) return `still breaching ${still.join(', ')}`;
  const { level } = after.prediction;
  if (level !== null && levelRank(level) >= levelRank(premise.level)) {
    return `the level was ${premise.level ?? 'none'} and is ${level}`;
  }
  if (!receded(input)) return `the probability is still ${changeText(input)}`;
  return unmovedText(input);
}

/**
 * A window that begins anew after the action is too short to see a trend again: what carried the
 * decision must itself have moved back, or a leak that was not mended would pass for healed.
 */
function unmovedText({ premise, after }: JudgeInput): string | null {
  if (premise.level === null && premise.breaching.length === 0) return null;
  const unmoved = Object.entries(premise.metrics).find(([metric, before]) => {
    const now = after.metrics[metric];
    return now !== undefined && before > 0 && now > (1 - MOVED_BACK) * before;
  });
  if (unmoved === undefined) return null;
  const [metric, before] = unmoved;
  return `${metric} has not moved back: ${numberText(before)} before, ${numberText(after.metrics[metric] ?? null)} now`;
}

/** At most half as likely as before, or below half of what raises an alarm. */
function receded({ premise, after, settings }: JudgeInput): boolean {
  const { probability } = after.prediction;
  return probability < settings.raiseAt / 2 || probability <= premise.probability / 2;
}

function changeText({ premise, after }: JudgeInput): string {
  return `${numberText(after.prediction.probability)} after ${numberText(premise.probability)}`;
}

function unsuccessfulText({ successRatio, settings }: JudgeInput): string | null {
  if (successRatio === null || successRatio >= settings.successRatio) return null;
  return `success ratio ${numberText(successRatio)}, below ${numberText(settings.successRatio)}`;
}

function successText(input: JudgeInput): string {
  const { successRatio, settings } = input;
  const requests =
    successRatio === null
      ? 'no error rate is reported, so the success ratio was not looked at'
      : `success ratio ${numberText(successRatio)} of at least ${numberText(settings.successRatio)}`;
  return probedOnly(input)
    ? `its health URL answers; ${requests}`
    : `the probability is ${changeText(input)}; ${requests}`;
}

function proofOf(verdict: string, input: JudgeInput, why: string): Proof {
  const { premise, after, settings } = input;
  const names = new Set([...Object.keys(premise.metrics), ...after.breaching]);
  return {
    verdict,
    why,
    acted_at: input.actedAt.toISOString(),
    judged_at: after.asOf.toISOString(),
    before: {
      probability: premise.probability,
      level: premise.level,
      score: premise.score,
      breaching: premise.breaching,
      metrics: premise.metrics,
    },
    after: {
      probability: after.prediction.probability,
      level: after.prediction.level,
      score: after.score,
      breaching: after.breaching,
      metrics: chosen(after.metrics, names),
    },
    success_ratio: input.successRatio,
    success_ratio_needed: settings.successRatio,
    fresh_samples: input.freshSamples,
    probe: input.probe,
  };
}
