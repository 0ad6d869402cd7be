import { type AlarmRow, type AlarmSums, countAlarms } from './alarms.js';
import type { Horizon } from './calibration.js';
import { difference, type Estimate, medianOf, share } from './estimate.js';
import type { Label } from './outcome.js';
import { type Said, type Sharpness, sharpness } from './sharpness.js';
import { type Failure, leadBefore } from './warnings-before.js';

/** What the live quality is measured from. */
export interface Measured {
  /** Labelled predictions with what was said, calibrated. */
  readonly outcomes: readonly (Omit<Said, 'p' | 'y'> & {
    readonly p: Readonly<Record<Horizon, number>>;
    readonly labels: Readonly<Record<Horizon, Label>>;
    readonly acted: Readonly<Record<Horizon, boolean>>;
  })[];
  readonly alarms: readonly AlarmRow[];
  readonly failures: readonly Failure[];
}

/** How good the predictions of the live system were within one horizon; null where nothing was measured. */
export interface Quality extends AlarmSums, Sharpness {
  /** Of the alarms that nothing was done about, those that came true. */
  readonly precision: Estimate | null;
  /** Of the failures, those that an alarm came before. */
  readonly recall: Estimate | null;
  readonly failures: number;
  readonly warned: number;
  /** From the beginning of the alarm to the failure. */
  readonly lead_s: Estimate | null;
  /** Labelled predictions behind Brier score and calibration. */
  readonly outcomes: number;
}

function qualityAt(measured: Measured, horizon: Horizon): Quality {
  const sums = countAlarms(measured.alarms, horizon);
  const leads = measured.failures
    .map((failure) => leadBefore(failure, horizon))
    .filter((lead) => lead !== null);
  const said = measured.outcomes.flatMap(({ p, labels, acted, ...rest }): Said[] => {
    const y = labels[horizon];
    return y === null || acted[horizon] ? [] : [{ ...rest, p: p[horizon], y }];
  });
  return {
    precision: share(sums.true_alarms, sums.true_alarms + sums.false_alarms),
    ...sums,
    recall: share(leads.length, measured.failures.length),
    failures: measured.failures.length,
    warned: leads.length,
    lead_s: medianOf(leads),
    outcomes: said.length,
    ...sharpness(said),
  };
}

/** Measure the live quality within each horizon. */
export function qualityOf(measured: Measured): Readonly<Record<Horizon, Quality>> {
  const at = (horizon: Horizon): Quality => qualityAt(measured, horizon);
  return { '1h': at('1h'), '6h': at('6h'), '24h': at('24h') };
}

/** What acting on critical alarms prevented, against those that nothing was done about. */
export interface AgainstControl {
  /** Of critical alarms that were acted on, the share that would have failed and did not. */
  readonly prevented: Estimate;
  readonly acted_on: number;
  readonly acted_on_and_failed: number;
  readonly left_alone: number;
  readonly left_alone_and_failed: number;
}

/**
 * What acting prevented, as the difference between how often critical alarms came true that were left alone
 * and those that were acted on. Nobody drew lots between the two: it is an estimate, not an experiment.
 *
 * @returns null unless there are alarms of both kinds
 */
export function againstControl(quality: Pick<Quality, keyof AlarmSums>): AgainstControl | null {
  const left = quality.true_alarms + quality.false_alarms;
  const alone = share(quality.true_alarms, left);
  const acted = share(quality.acted_on_and_failed, quality.acted_on);
  if (alone === null || acted === null) return null;
  return {
    prevented: difference(alone, acted),
    acted_on: quality.acted_on,
    acted_on_and_failed: quality.acted_on_and_failed,
    left_alone: left,
    left_alone_and_failed: quality.true_alarms,
  };
}
