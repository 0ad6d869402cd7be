import { HORIZONS, type Horizon } from '../../../lib/domain/learn/calibration.js';
import { medianOf, share } from '../../../lib/domain/learn/estimate.js';
import { HORIZON_FACTOR } from '../../../lib/domain/learn/examples.js';
import { sharpness } from '../../../lib/domain/learn/sharpness.js';
import { DAY, HOUR, MINUTE } from '../../../lib/domain/time.js';
import type { Lived, Said } from './live.js';

/** What alarms were worth within one horizon. */
export interface Worth {
  readonly falseAlarms: number;
  readonly trueAlarms: number;
  readonly falsePerWeek: number;
  readonly precision: number | null;
  readonly failures: number;
  readonly recall: number | null;
  /** Median time from the alarm's beginning to the failure, minutes. */
  readonly leadMin: number | null;
  readonly brier: number | null;
  readonly calibrationError: number | null;
}

const RAISE_AT = 0.5;
const JOINED_MS = 30 * MINUTE;
const LATEST_MS = 5 * MINUTE;

interface Run {
  readonly from: number;
  to: number;
}

function runsOf(said: readonly Said[], horizon: Horizon): Run[] {
  const runs: Run[] = [];
  for (const { at, p } of said) {
    if (p[horizon] < RAISE_AT) continue;
    const last = runs.at(-1);
    if (last !== undefined && at - last.to <= JOINED_MS) last.to = at;
    else runs.push({ from: at, to: at });
  }
  return runs;
}

/** Minutes by which the alarm came before a failure; null where none did in time. */
function leadOf(runs: readonly Run[], failedAt: number, lengthMs: number): number | null {
  const run = runs.findLast(({ from }) => from <= failedAt - LATEST_MS);
  if (run === undefined || run.to < failedAt - lengthMs) return null;
  return (failedAt - run.from) / MINUTE;
}

/** What alarms were worth from one day on. */
export function worthOf(
  lived: readonly Lived[],
  {
    horizon,
    from,
    days,
  }: { readonly horizon: Horizon; readonly from: number; readonly days: number },
): Worth {
  const lengthMs = HORIZON_FACTOR[horizon] * HOUR;
  const [since, until] = [from * DAY, days * DAY - lengthMs];
  const leads: (number | null)[] = [];
  let [right, wrong] = [0, 0];
  for (const { component, said } of lived) {
    const runs = runsOf(said, horizon);
    for (const run of runs.filter((one) => one.from >= since && one.to < until)) {
      const came = component.failures.some((at) => at > run.from && at <= run.to + lengthMs);
      if (came) right += 1;
      else wrong += 1;
    }
    const failures = component.failures.filter((at) => at >= since);
    leads.push(...failures.map((at) => leadOf(runs, at, lengthMs)));
  }
  const warned = leads.filter((lead) => lead !== null);
  return {
    falseAlarms: wrong,
    trueAlarms: right,
    falsePerWeek: (7 * wrong) / (lived.length * (days - from)),
    precision: share(right, right + wrong)?.value ?? null,
    failures: leads.length,
    recall: share(warned.length, leads.length)?.value ?? null,
    leadMin: medianOf(warned)?.value ?? null,
    ...scores(lived, horizon, since, until),
  };
}

/** Brier score and calibration error over one look an hour. */
function scores(lived: readonly Lived[], horizon: Horizon, since: number, until: number) {
  const lengthMs = HORIZON_FACTOR[horizon] * HOUR;
  const looks = lived.flatMap(({ component, said }) =>
    said
      .filter(({ at }) => at >= since && at < until && at % HOUR === 0)
      .map(({ at, p }) => ({
        component: component.name,
        at: new Date(at),
        p: p[horizon],
        y: component.failures.some((f) => f > at && f <= at + lengthMs)
          ? (1 as const)
          : (0 as const),
        weight: 1,
      })),
  );
  const { brier, calibration_error } = sharpness(looks);
  return { brier: brier?.value ?? null, calibrationError: calibration_error?.value ?? null };
}

/** What alarms were worth within each horizon. */
export function worthAtAll(
  lived: readonly Lived[],
  when: { readonly from: number; readonly days: number },
): [Horizon, Worth][] {
  return HORIZONS.map((horizon) => [horizon, worthOf(lived, { ...when, horizon })]);
}
