import type { Horizon } from '../../../lib/domain/learn/calibration.js';
import type { Worth } from './judge-life.js';

const HEAD = [
  'horizon',
  'calibration',
  'false a week',
  'precision',
  'failures',
  'recall',
  'lead',
  'Brier',
  'cal. error',
];

const ratio = (value: number | null): string => value?.toFixed(3) ?? '–';

function row(horizon: Horizon, name: string, worth: Worth): string[] {
  const { falsePerWeek, precision, failures, recall, leadMin, brier, calibrationError } = worth;
  return [
    horizon,
    name,
    falsePerWeek.toFixed(2),
    ratio(precision),
    String(failures),
    ratio(recall),
    leadMin === null ? '–' : `${leadMin.toFixed(0)} min`,
    brier?.toFixed(4) ?? '–',
    calibrationError?.toFixed(4) ?? '–',
  ];
}

/** Lay out what alarms were worth without and with learning, horizon by horizon. */
export function table(
  without: readonly (readonly [Horizon, Worth])[],
  learned: readonly (readonly [Horizon, Worth])[],
): string {
  const rows = without.flatMap(([horizon, worth], i) => {
    const after = learned[i]?.[1];
    const first = row(horizon, 'none', worth);
    return after === undefined ? [first] : [first, row(horizon, 'learned', after)];
  });
  const all = [HEAD, ...rows];
  const widths = HEAD.map((_, i) => Math.max(...all.map((cells) => cells[i]?.length ?? 0)));
  return all
    .map((cells) => cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  '))
    .map((line) => line.trimEnd())
    .join('\n');
}
