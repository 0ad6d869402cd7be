import type { Forecast } from '../../../../lib/domain/judge/foretold.js';
import { steps } from '../../../../lib/domain/predict/robust.js';
import type { Window } from '../../../../lib/domain/window.js';
import type { Watcher } from './crossings.js';

/** Points that the document looks at, at least and at most. */
const FEWEST = 10;
const MOST = 20;
/** Share of upward steps that is a leak: "70%+ upward trend". */
const UPWARD = 0.7;
/** Percent of CPU that must be sustained, over this many points. */
const BUSY = 85;
const SUSTAINED = 3;

/** What each sign adds to the probability. */
const WEIGHTS = { leak: 0.4, errors: 0.3, cpu: 0.25 } as const;

type Values = readonly number[];

const last = (window: Window, metric: string, points: number): Values =>
  window.series[metric]?.y.slice(-points) ?? [];

function isLeak(memory: Values): boolean {
  const moves = steps(memory);
  const upward = moves.filter((move) => move > 0).length;
  return memory.length >= FEWEST && upward / moves.length >= UPWARD;
}

/** The newest is more than double the oldest; from none, any error is a doubling. */
function isDoubling(errors: Values): boolean {
  return errors.length >= FEWEST && (errors.at(-1) ?? 0) > 2 * (errors[0] ?? 0);
}

function isSaturating(cpu: Values): boolean {
  const isSustained = cpu.slice(-SUSTAINED).every((value) => value > BUSY);
  return cpu.length >= FEWEST && isSustained && (cpu.at(-1) ?? 0) > (cpu[0] ?? 0);
}

/** A number's place in its level's interval, as the probability at the level's own horizon. */
const above = (probability: number, from: number): number =>
  Math.min(1, 0.5 + (0.5 * (probability - from)) / 0.2);

/** The three horizons that the document's one number stands for: > 0.5, > 0.3, > 0.1. */
function horizonsOf(probability: number): Forecast['within'] {
  if (probability > 0.5) return [probability, probability, probability];
  if (probability > 0.3) {
    const high = above(probability, 0.3);
    return [Math.min(probability, 0.49), high, high];
  }
  const low = Math.min(probability, 0.49);
  return [low, low, probability > 0.1 ? above(probability, 0.1) : low];
}

/**
 * The reference document's prediction, taken literally: what it calls signs, each with a weight, added up
 * to one number whose level says when.
 *
 * Signs, over the last ten points (a leak: twenty): memory with at least 70 % upward steps; an error rate
 * that has doubled; CPU sustained above 85 % and rising. Fewer than ten points say nothing.
 *
 * The document gives the signs and the levels but no weights. These follow the contract: no sign alone is
 * critical, any two are (its example has 0.55 for a leak and CPU), a leak alone is high, errors or CPU alone
 * are medium. Its "latency degradation" has no rule and is left out; its time to failure is the level's
 * words, so no time is told.
 */
export const referenceHeuristic: Watcher = (window) => {
  const signs = {
    leak: isLeak(last(window, 'memory_usage', MOST)),
    errors: isDoubling(last(window, 'error_rate', FEWEST)),
    cpu: isSaturating(last(window, 'cpu_usage', FEWEST)),
  };
  const probability =
    (signs.leak ? WEIGHTS.leak : 0) +
    (signs.errors ? WEIGHTS.errors : 0) +
    (signs.cpu ? WEIGHTS.cpu : 0);
  return { within: horizonsOf(Math.min(1, probability)), likelyS: null };
};
