import { HORIZONS_H } from './methods.js';
import type { Scenario } from './scenario.js';
import { TICK_MS, type Tick } from './watch-scenario.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Probability from which a tick is an alarm. */
const THETA = 0.5;

/** Gaps up to here do not end an alarm. */
const JOINED_MS = 30 * MINUTE;

/** A warning later than this before the failure helps nobody. */
const LATEST_MS = 5 * MINUTE;

/** An alarm may begin at most this many horizons before the failure. */
const EARLIEST_HORIZONS = 4;

/** An alarm from its first tick to its last. */
export interface Run {
  readonly from: number;
  readonly to: number;
}

/** What an alarm turned out to be. */
export type Verdict = 'true' | 'early' | 'late' | 'false';

/** Join the ticks at which a horizon's probability raises an alarm into runs. */
export function alarmRuns(ticks: readonly Tick[], horizon: number): Run[] {
  const runs: { from: number; to: number }[] = [];
  for (const { at, within } of ticks) {
    if ((within[horizon] ?? 0) < THETA) continue;
    const last = runs.at(-1);
    if (last !== undefined && at - last.to <= JOINED_MS) last.to = at;
    else runs.push({ from: at, to: at });
  }
  return runs;
}

/**
 * Judge one alarm: true when it is active within the horizon before the failure, begun at least five
 * minutes and at most four horizons before it, and not before its onset; early or late outside of that;
 * false where nothing failed within its reach.
 */
export function judgeRun(
  { from, to }: Run,
  { failedAt, onsetAt }: Pick<Scenario, 'failedAt' | 'onsetAt'>,
  horizonH: number,
): Verdict {
  if (failedAt === null || onsetAt === null) return 'false';
  const horizon = horizonH * HOUR;
  // A run that is active at the last tick before the failure is active until it.
  const active = to + TICK_MS >= failedAt - horizon;
  if (!active || to < onsetAt) return 'false';
  if (from > failedAt - LATEST_MS) return 'late';
  return from < failedAt - EARLIEST_HORIZONS * horizon ? 'early' : 'true';
}

/** Counts of one method at one horizon; they add up over scenarios. */
export interface Tally {
  true: number;
  early: number;
  late: number;
  false: number;
  /** Predictable failures, and those of them that a true alarm announced. */
  predictable: number;
  announced: number;
  /** Weeks watched in which nothing was wrong. */
  quietWeeks: number;
  /** False alarms in those weeks. */
  quietAlarms: number;
  /** Minutes between the beginning of true alarms and their failures. */
  leads: number[];
  /** |told / real − 1| of the time to failure, at the ticks of true alarms. */
  timeErrors: number[];
  /** Sum of squared errors, of outcomes, and the ticks that they are of. */
  brier: number;
  outcomes: number;
  ticks: number;
  /** Per tenth of the probability: ticks, sum of probabilities, outcomes. */
  bins: { ticks: number; told: number; real: number }[];
}

/** Nothing counted. */
export function noTally(): Tally {
  return {
    true: 0,
    early: 0,
    late: 0,
    false: 0,
    predictable: 0,
    announced: 0,
    quietWeeks: 0,
    quietAlarms: 0,
    leads: [],
    timeErrors: [],
    brier: 0,
    outcomes: 0,
    ticks: 0,
    bins: Array.from({ length: 10 }, () => ({ ticks: 0, told: 0, real: 0 })),
  };
}

/** Whether it fails within the horizon from an instant; null where the story ends before that is known. */
function outcome({ failedAt, endedAt, onsetAt }: Scenario, at: number, horizon: number) {
  if (failedAt === null) return at + horizon > endedAt ? null : 0;
  return failedAt - at <= horizon && at >= (onsetAt ?? 0) ? 1 : 0;
}

function countTicks(tally: Tally, ticks: readonly Tick[], scenario: Scenario, h: number): void {
  const horizon = (HORIZONS_H[h] ?? 1) * HOUR;
  for (const { at, within } of ticks) {
    const real = outcome(scenario, at, horizon);
    if (real === null) continue;
    const told = within[h] ?? 0;
    tally.brier += (told - real) ** 2;
    tally.outcomes += real;
    tally.ticks += 1;
    const bin = tally.bins[Math.min(9, Math.floor(told * 10))];
    if (bin === undefined) continue;
    bin.ticks += 1;
    bin.told += told;
    bin.real += real;
  }
}

function countLead(tally: Tally, ticks: readonly Tick[], run: Run, failedAt: number): void {
  tally.leads.push((failedAt - run.from) / MINUTE);
  for (const { at, likelyS } of ticks) {
    if (at < run.from || at > run.to || likelyS === null) continue;
    tally.timeErrors.push(Math.abs((likelyS * 1000) / (failedAt - at) - 1));
  }
}

/** Count what a method said of one scenario, at one horizon. @param h - index of the horizon */
export function count(tally: Tally, scenario: Scenario, ticks: readonly Tick[], h: number): void {
  const { failedAt, onsetAt, startedAt, endedAt } = scenario;
  const judged = alarmRuns(ticks, h).map((run) => ({
    run,
    verdict: judgeRun(run, scenario, HORIZONS_H[h] ?? 1),
  }));
  for (const { verdict } of judged) tally[verdict] += 1;
  const quietUntil = onsetAt ?? endedAt;
  tally.quietAlarms += judged.filter(
    ({ run, verdict }) => verdict !== 'true' && run.from < quietUntil,
  ).length;
  const right = judged.filter(({ verdict }) => verdict === 'true');
  if (failedAt !== null) {
    for (const { run } of right) countLead(tally, ticks, run, failedAt);
  }
  if (scenario.predictable) {
    tally.predictable += 1;
    tally.announced += right.length > 0 ? 1 : 0;
  }
  tally.quietWeeks += ((onsetAt ?? endedAt) - startedAt) / (7 * 24 * HOUR);
  countTicks(tally, ticks, scenario, h);
}

/** What counts come to. A ratio of nothing is null. */
export interface Figures {
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
  readonly falsePerWeek: number | null;
  readonly medianLeadMin: number | null;
  readonly timeError: number | null;
  /** 1 is perfect, 0 no better than always telling the mean. */
  readonly brierSkill: number | null;
  /** Mean distance between what was told and what came, weighted by how often. */
  readonly calibrationError: number | null;
}

const ratio = (of: number, whole: number): number | null => (whole > 0 ? of / whole : null);

function middle(values: readonly number[]): number | null {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? null;
}

/** Work out a tally's figures. Precision counts early alarms as wrong, and late ones not at all. */
export function figuresOf(tally: Tally): Figures {
  const precision = ratio(tally.true, tally.true + tally.early + tally.false);
  const recall = ratio(tally.announced, tally.predictable);
  const base = ratio(tally.outcomes, tally.ticks) ?? 0;
  const reference = base * (1 - base) * tally.ticks;
  const distance = tally.bins.reduce((sum, { told, real }) => sum + Math.abs(told - real), 0);
  const sum = (precision ?? 0) + (recall ?? 0);
  return {
    precision,
    recall,
    f1: sum > 0 ? (2 * (precision ?? 0) * (recall ?? 0)) / sum : null,
    falsePerWeek: ratio(tally.quietAlarms, tally.quietWeeks),
    medianLeadMin: middle(tally.leads),
    timeError: middle(tally.timeErrors),
    brierSkill: reference > 0 ? 1 - tally.brier / reference : null,
    calibrationError: ratio(distance, tally.ticks),
  };
}

/** Add a tally to another. */
export function add(to: Tally, from: Tally): void {
  for (const key of ['true', 'early', 'late', 'false', 'predictable', 'announced'] as const) {
    to[key] += from[key];
  }
  for (const key of ['quietWeeks', 'quietAlarms', 'brier', 'outcomes', 'ticks'] as const) {
    to[key] += from[key];
  }
  to.leads.push(...from.leads);
  to.timeErrors.push(...from.timeErrors);
  to.bins.forEach((bin, i) => {
    bin.ticks += from.bins[i]?.ticks ?? 0;
    bin.told += from.bins[i]?.told ?? 0;
    bin.real += from.bins[i]?.real ?? 0;
  });
}
