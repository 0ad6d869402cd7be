import { BANDS } from './band.js';

/** What was said at the ticks of true alarms while the failure lay in one band. */
export interface BandTally {
  /** Ticks at which a level was told, and those of them at which it was this band's. */
  ticks: number;
  right: number;
  /** |told / real − 1| of the time to failure, where one was told. */
  timeErrors: number[];
}

/** Counts of one method at one horizon; they add up over components. */
export interface Tally {
  true: number;
  early: number;
  late: number;
  false: number;
  /** Failures of any kind, and those of them that a true alarm announced. */
  failures: number;
  foreseen: number;
  /** Predictable failures, and those of them that a true alarm announced. */
  predictable: number;
  announced: number;
  /** Weeks watched in which nothing was wrong. */
  quietWeeks: number;
  /** False alarms in those weeks. */
  quietAlarms: number;
  /** Minutes between the beginning of true alarms and their failures. */
  leads: number[];
  /** In the order of {@link BANDS}, by where the failure really lay. */
  bands: BandTally[];
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
    failures: 0,
    foreseen: 0,
    predictable: 0,
    announced: 0,
    quietWeeks: 0,
    quietAlarms: 0,
    leads: [],
    bands: BANDS.map(() => ({ ticks: 0, right: 0, timeErrors: [] })),
    brier: 0,
    outcomes: 0,
    ticks: 0,
    bins: Array.from({ length: 10 }, () => ({ ticks: 0, told: 0, real: 0 })),
  };
}

/** Add a tally to another. */
export function add(to: Tally, from: Tally): void {
  for (const key of ['true', 'early', 'late', 'false'] as const) to[key] += from[key];
  for (const key of ['failures', 'foreseen', 'predictable', 'announced'] as const) {
    to[key] += from[key];
  }
  for (const key of ['quietWeeks', 'quietAlarms', 'brier', 'outcomes', 'ticks'] as const) {
    to[key] += from[key];
  }
  for (const lead of from.leads) to.leads.push(lead);
  to.bands.forEach((band, i) => {
    band.ticks += from.bands[i]?.ticks ?? 0;
    band.right += from.bands[i]?.right ?? 0;
    for (const error of from.bands[i]?.timeErrors ?? []) band.timeErrors.push(error);
  });
  to.bins.forEach((bin, i) => {
    bin.ticks += from.bins[i]?.ticks ?? 0;
    bin.told += from.bins[i]?.told ?? 0;
    bin.real += from.bins[i]?.real ?? 0;
  });
}
