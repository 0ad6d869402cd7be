import { BANDS } from '../../../../lib/domain/judge/band.js';
import { HORIZONS_H } from '../../../../lib/domain/judge/foretold.js';
import type { Judged } from '../bars.js';
import { KIND_HEAD, kindRow, SUMMARY_HEAD, summaryRows, timeErrorRows } from '../text-table.js';
import { type Markup, raw } from './markup.js';
import { inDetail, type Report, type Total, titleOf } from './report.js';
import { type Cell, type Row, table } from './table.js';

function barCell({ text, met }: Judged['cells'][number]): Cell | string {
  if (met === null) return text;
  return met ? { text: `${text} ✓`, kind: 'met' } : { text: `${text} ✗`, kind: 'unmet' };
}

/** How every method did. */
export function summary(total: Total): Markup {
  const rows = summaryRows(total.tallies).map(([title = '', ...cells], i) => ({
    name: title,
    cells,
    begins: i % HORIZONS_H.length === 0,
  }));
  return table(titleOf(total), SUMMARY_HEAD, rows);
}

/** The figures of one method against the bars; nothing without bars. */
export function bars({ bars: judged, method }: Report): Markup {
  if (judged.length === 0) return raw('');
  const rows = judged.map(({ name, cells }) => ({
    name,
    cells: cells.map(barCell),
  }));
  const head = ['figure (bar)', ...HORIZONS_H.map((hours) => `${hours} h`)];
  return table(`${method} against the bars`, head, rows);
}

/** Failures seen and false alarms by kind, of some groups; nothing where there are none. */
export function kinds(
  { found, method }: Report,
  groups: readonly string[],
  caption: string,
): Markup {
  const rows: Row[] = found
    .filter(({ group }) => groups.includes(group))
    .map(({ kind, tallies }) => kindRow(kind, tallies, method))
    .map(([name = '', ...cells]) => ({ name, cells }));
  return rows.length === 0 ? raw('') : table(caption, ['kind', ...KIND_HEAD], rows);
}

/** The error of the time by how near the failure was. */
export function timeErrors({ totals, method }: Report): Markup {
  const rows = timeErrorRows(inDetail(totals, method)?.tallies ?? {}, method).map(
    ([name = '', ...cells]) => ({
      name,
      cells,
    }),
  );
  const head = ['true alarms within', ...BANDS];
  return table(`${method}: median error of the time, while the failure was`, head, rows);
}
