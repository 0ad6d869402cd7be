import type { Estimate } from './estimate.js';
import { hash } from './hash.js';

/** One labelled probability. */
export interface Said {
  readonly component: string;
  readonly at: Date;
  readonly p: number;
  readonly y: 0 | 1;
  /** How many assessments it stands for. */
  readonly weight: number;
}

/** What was said and what came, in one tenth of the probabilities. */
export interface Tenth {
  readonly said: number;
  readonly came: number;
  readonly outcomes: number;
}

/** How good probabilities were; null where nothing was measured. */
export interface Sharpness {
  readonly brier: Estimate | null;
  readonly calibration_error: Estimate | null;
  readonly reliability: readonly Tenth[];
}

const BINS = 10;
/** Groups that are left out in turn: enough for a stable spread, few enough to be cheap. */
const GROUPS = 40;
/** From so many components on they are the units that vary; below, their days are. */
const MANY_COMPONENTS = 20;

/** Sums of a group: per tenth the weight, Σ w·p, Σ w·y, the outcomes, and Σ w·(p − y)² in all. */
interface Sums {
  readonly weight: number[];
  readonly said: number[];
  readonly came: number[];
  readonly count: number[];
  squares: number;
}

const zeros = (): number[] => new Array<number>(BINS).fill(0);
const noSums = (): Sums => ({
  weight: zeros(),
  said: zeros(),
  came: zeros(),
  count: zeros(),
  squares: 0,
});

function add(to: number[], bin: number, amount: number): void {
  to[bin] = (to[bin] ?? 0) + amount;
}

function addSaid(sums: Sums, { p, y, weight }: Said): void {
  const bin = Math.min(BINS - 1, Math.floor(p * BINS));
  add(sums.weight, bin, weight);
  add(sums.said, bin, weight * p);
  add(sums.came, bin, weight * y);
  add(sums.count, bin, 1);
  sums.squares += weight * (p - y) ** 2;
}

/** One set of sums less another. */
function without(all: Sums, part: Sums): Sums {
  const less = (pick: (of: Sums) => number[]) =>
    pick(all).map((value, bin) => value - (pick(part)[bin] ?? 0));
  return {
    weight: less((of) => of.weight),
    said: less((of) => of.said),
    came: less((of) => of.came),
    count: less((of) => of.count),
    squares: all.squares - part.squares,
  };
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
const brier = (sums: Sums): number => sums.squares / total(sums.weight);
const error = (sums: Sums): number =>
  total(sums.said.map((said, bin) => Math.abs(said - (sums.came[bin] ?? 0)))) / total(sums.weight);

/** The estimate from all, and its spread over the estimates that leave one group out. */
function jackknifed(of: (sums: Sums) => number, all: Sums, groups: readonly Sums[]): Estimate {
  const value = of(all);
  if (groups.length < 2) return { value, low: 0, high: 1 };
  const rest = groups.map((group) => of(without(all, group)));
  const mean = total(rest) / rest.length;
  const spread = total(rest.map((one) => (one - mean) ** 2));
  const half = 1.96 * Math.sqrt(((rest.length - 1) / rest.length) * spread);
  return { value, low: Math.max(0, value - half), high: Math.min(1, value + half) };
}

/**
 * Brier score and calibration error (over tenths, by weight) of labelled probabilities, each with a
 * normal interval from a delete-a-group jackknife: whole components (or, of few, their days) are left out
 * together, because outcomes of one hour and the next are nearly the same outcome.
 *
 * @see Brier, "Verification of forecasts expressed in terms of probability", 1950; Kott, "The delete-a-group
 * jackknife", 2001
 */
export function sharpness(all: readonly Said[]): Sharpness {
  if (all.length === 0) return { brier: null, calibration_error: null, reliability: [] };
  const byDay = new Set(all.map(({ component }) => component)).size < MANY_COMPONENTS;
  const groups = new Map<number, Sums>();
  const sums = noSums();
  for (const one of all) {
    const day = byDay ? one.at.toISOString().slice(0, 10) : '';
    const number = hash(`${one.component} ${day}`) % GROUPS;
    const group = groups.get(number) ?? noSums();
    groups.set(number, group);
    addSaid(group, one);
    addSaid(sums, one);
  }
  const parts = [...groups.values()];
  return {
    brier: jackknifed(brier, sums, parts),
    calibration_error: jackknifed(error, sums, parts),
    reliability: tenths(sums),
  };
}

function tenths({ weight, said, came, count }: Sums): Tenth[] {
  return weight.flatMap((w, bin) => {
    const outcomes = count[bin] ?? 0;
    if (outcomes === 0) return [];
    return [{ said: (said[bin] ?? 0) / w, came: (came[bin] ?? 0) / w, outcomes }];
  });
}
