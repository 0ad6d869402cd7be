import type { Example } from './examples.js';
import { type Fit, learner, type Method, methodsFor } from './fit.js';
import { type Score, scoreOf } from './score.js';
import { split } from './split.js';

/** What a refit made of one horizon, and why. */
export interface HorizonReport {
  readonly verdict: 'learned' | 'kept' | 'refused' | 'too few';
  readonly method: Method | null;
  /** Outcomes that could be learned from, and the failures among them. */
  readonly outcomes: number;
  readonly failures: number;
  /** Outcomes that it was checked on. */
  readonly held_out: number;
  /** Scores of what is in force, and of what was learned, on those; null where too few. */
  readonly before: Scores | null;
  readonly after: Scores | null;
  readonly why: string;
}

/** A score in figures: of the warned-of failures, how many. */
interface Scores {
  readonly brier: number;
  readonly log_loss: number;
  readonly warned: number;
}

/** What one horizon is refitted with. */
export interface HorizonTask {
  /** What is in force. */
  readonly now: Fit;
  /** The share of times, and of components, that the result is checked on; 0 to 1. */
  readonly heldOut: number;
  /** The probability from which an alarm is raised. */
  readonly raiseAt: number;
  /** Length of this horizon, seconds. */
  readonly lengthS: number;
}

/** Fewer outcomes than this, or fewer to check on, say nothing: the prior would speak alone. */
const LEAST_OUTCOMES = 30;
const LEAST_CHECKED = 20;
/** A gain below a thousandth of the log loss is noise: not worth a new version. */
const LEAST_GAIN = 1e-3;
/** So small a share of the failures warned of may be lost. */
const MAY_LOSE = 0.02;

const change = (before: number, after: number): string =>
  `${before.toPrecision(3)} → ${after.toPrecision(3)}`;

/**
 * Whether more failures lose their warning than gain one: more than a fiftieth of them, and more than
 * one standard error of the difference, which is chance.
 *
 * @see McNemar, "Note on the sampling error of the difference between correlated proportions", 1947
 */
function losesWarnings(before: Score, after: Score): number {
  const lost = [...before.warned].filter((failure) => !after.warned.has(failure)).length;
  const gained = [...after.warned].filter((failure) => !before.warned.has(failure)).length;
  const net = lost - gained;
  return net > MAY_LOSE * before.warned.size && net > Math.sqrt(lost + gained) ? net : 0;
}

/** Why a score is worse than another; null when it is not. */
function worse(before: Score, after: Score): string | null {
  if (after.brier > before.brier) return `Brier ${change(before.brier, after.brier)}`;
  if (after.logLoss > before.logLoss) return `log loss ${change(before.logLoss, after.logLoss)}`;
  const lost = losesWarnings(before, after);
  if (lost === 0) return null;
  return `of ${before.warned.size} failures warned of it would miss ${lost}`;
}

/** One way to learn, with its score and why that is worse than what is in force; null when it is not. */
interface Tried {
  readonly method: Method;
  readonly after: Score;
  readonly why: string | null;
}

const figures = ({ brier, logLoss, warned }: Score): Scores => ({
  brier,
  log_loss: logLoss,
  warned: warned.size,
});

type Counts = Pick<HorizonReport, 'outcomes' | 'failures' | 'held_out'>;
type Refitted = { readonly fit: Fit; readonly report: HorizonReport };

/**
 * Learn one horizon's map from outcomes: in every way that their number allows, on one part of them.
 *
 * The best is taken only if, on those held out, neither Brier score nor log loss is worse than what is
 * in force, and no more warnings are lost than chance would take; it is then learned again from all
 * outcomes, and put in force where that gains anything.
 *
 * @param examples - in order of time
 */
export function refitHorizon(examples: readonly Example[], task: HorizonTask): Refitted {
  const { now, raiseAt } = task;
  const { learn, check, unknown } = split(examples, {
    ...task,
    since: now.map.until ?? Number.NEGATIVE_INFINITY,
  });
  const counts = {
    outcomes: examples.length,
    failures: examples.filter(({ y }) => y === 1).length,
    held_out: check.length,
  };
  if (learn.length < LEAST_OUTCOMES || check.length < LEAST_CHECKED) return tooFew(now, counts);
  const trial = { check, unknown, raiseAt };
  const before = scoreOf(trial, now);
  const fitted = learner(learn, raiseAt);
  const tried = methodsFor(learn.length).map((method): Tried => {
    const after = scoreOf(trial, fitted(method));
    return { method, after, why: worse(before, after) };
  });
  const [best] = tried
    .filter(({ why }) => why === null)
    .sort((a, b) => a.after.logLoss - b.after.logLoss);
  if (best === undefined) return kept(now, counts, { before, tried });
  const whole = learner(examples, raiseAt)(best.method);
  const gained = scoreOf(trial, whole);
  const gains = gained.logLoss < before.logLoss * (1 - LEAST_GAIN);
  if (!gains || worse(before, gained) !== null) return kept(now, counts, { before, tried });
  const until = examples.at(-1)?.at ?? 0;
  const fit = { ...whole, map: { ...whole.map, until } };
  return { fit, report: learned(best, before, counts) };
}

function tooFew(now: Fit, counts: Counts): Refitted {
  const why = `${counts.outcomes} outcomes, ${counts.held_out} of them to check on: too few to learn from`;
  const none = { method: null, before: null, after: null };
  return { fit: now, report: { verdict: 'too few', ...counts, ...none, why } };
}

function kept(
  now: Fit,
  counts: Counts,
  { before, tried }: { readonly before: Score; readonly tried: readonly Tried[] },
): Refitted {
  const bad = tried.find(({ why, method }) => why !== null && method !== 'identity');
  if (bad === undefined) {
    const why = 'nothing to gain: what is in force is as good';
    const scores = { method: null, before: figures(before), after: figures(before) };
    return { fit: now, report: { verdict: 'kept', ...counts, ...scores, why } };
  }
  const why = `refused: held-out got worse with ${bad.method}: ${bad.why}`;
  const scores = { method: bad.method, before: figures(before), after: figures(bad.after) };
  return { fit: now, report: { verdict: 'refused', ...counts, ...scores, why } };
}

function learned({ method, after }: Tried, before: Score, counts: Counts): HorizonReport {
  const why =
    `${method}: on ${counts.held_out} held out Brier ${change(before.brier, after.brier)}, ` +
    `log loss ${change(before.logLoss, after.logLoss)}`;
  const scores = { before: figures(before), after: figures(after) };
  return { verdict: 'learned', method, ...counts, ...scores, why };
}
