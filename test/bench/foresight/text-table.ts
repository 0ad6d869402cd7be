import { figuresOf } from '../../../lib/domain/judge/figures.js';
import { HORIZONS_H } from '../../../lib/domain/judge/foretold.js';
import type { Tallies } from './tallies.js';

/** A number for a table; a dash where there is none. */
export function numberText(value: number | null, digits = 2): string {
  return value?.toFixed(digits) ?? '–';
}

/** A table of text in columns, the first flush left and the others flush right. */
export function textTable(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0))) ?? [];
  const pad = (cell: string, i: number): string =>
    i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0);
  return rows.map((row) => row.map(pad).join('  ')).join('\n');
}

/** The columns of {@link summaryRows}. */
export const SUMMARY_HEAD = [
  'method, horizon',
  'precision',
  'recall',
  'F1',
  'false/week',
  'lead min',
  'time error',
  'right level',
  'Brier skill',
  'calibration',
  'true/early/late/false',
] as const;

/** How every method did at every horizon. */
export function summaryRows(totals: Tallies): string[][] {
  return Object.entries(totals).flatMap(([name, tallies]) =>
    tallies.map((tally, h) => {
      const of = figuresOf(tally);
      return [
        `${name}, ${HORIZONS_H[h]} h`,
        ...[of.precision, of.recall, of.f1, of.falsePerWeek].map((value) => numberText(value)),
        numberText(of.medianLeadMin, 0),
        ...[of.timeError, of.rightBand, of.brierSkill].map((value) => numberText(value)),
        numberText(of.calibrationError, 3),
        `${tally.true}/${tally.early}/${tally.late}/${tally.false}`,
      ];
    }),
  );
}

/** The columns of {@link kindRow}. */
export const KIND_HEAD = [
  ...HORIZONS_H.map((hours) => `seen ${hours} h`),
  'of all, 1 h',
  ...HORIZONS_H.map((hours) => `false/week ${hours} h`),
];

/**
 * Failures seen of those that could be, those seen of all at the first horizon, and false alarms in quiet weeks,
 * of one kind at each horizon.
 */
export function kindRow(kind: string, tallies: Tallies, method: string): string[] {
  const each = tallies[method] ?? [];
  const seen = each.map(({ announced, predictable }) =>
    predictable === 0 ? '–' : `${announced}/${predictable}`,
  );
  const { foreseen = 0, failures = 0 } = each[0] ?? {};
  const ofAll = failures === 0 ? '–' : `${foreseen}/${failures}`;
  return [kind, ...seen, ofAll, ...each.map((tally) => numberText(figuresOf(tally).falsePerWeek))];
}

/** The error of the time to failure of one method, by how near the failure was. */
export function timeErrorRows(tallies: Tallies, method: string): string[][] {
  return (tallies[method] ?? []).map((tally, h) => {
    const { timeErrorByBand } = figuresOf(tally);
    return [`${HORIZONS_H[h]} h`, ...timeErrorByBand.map((value) => numberText(value))];
  });
}
