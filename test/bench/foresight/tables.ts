import { BANDS } from '../../../lib/domain/judge/band.js';
import { HORIZONS_H } from '../../../lib/domain/judge/foretold.js';
import type { Judged } from './bars.js';
import type { Found } from './by-kind.js';
import { inDetail, type Total, titleOf } from './report/report.js';
import {
  KIND_HEAD,
  kindRow,
  SUMMARY_HEAD,
  summaryRows,
  textTable,
  timeErrorRows,
} from './text-table.js';

function barsTable(judged: readonly Judged[], method: string): string {
  const rows = judged.map(({ name, cells }) => [
    name,
    ...cells.map(({ text, met }) => (met === false ? `${text} unmet` : text)),
  ]);
  const head = [`${method}: figure (bar)`, ...HORIZONS_H.map((hours) => `${hours} h`)];
  return textTable([head, ...rows]);
}

/** All figures as text, the first method's in detail. */
export function tablesOf(
  totals: readonly Total[],
  found: readonly Found[],
  judged: readonly Judged[],
  method: string,
): string {
  const kinds = found.map(({ kind, tallies }) => kindRow(kind, tallies, method));
  const errors = timeErrorRows(inDetail(totals, method)?.tallies ?? {}, method);
  return [
    ...totals.map(
      (total) =>
        `${titleOf(total)}\n${textTable([[...SUMMARY_HEAD], ...summaryRows(total.tallies)])}`,
    ),
    textTable([[`${method}: kind`, ...KIND_HEAD], ...kinds]),
    textTable([[`${method}: error of the time, while the failure was`, ...BANDS], ...errors]),
    ...(judged.length === 0 ? [] : [barsTable(judged, method)]),
  ].join('\n\n');
}
