import type { ComponentRow } from './component-view.js';
import { element, list, mark } from './element.js';
import { type Cell, table } from './table.js';

const COLUMNS = [
  'Component',
  'State',
  'Score',
  'Trend',
  'Failure',
  'Can be healed',
  'Mode',
  'Platform',
  'Agent',
];

const notes = (texts: readonly string[]): HTMLElement | null =>
  list(
    { class: 'notes' },
    texts.map((text) => [text]),
  );

function cells(row: ComponentRow): readonly Cell[] {
  const { healing, standby } = row;
  return [
    [row.name, row.hasIncident ? element('span', { class: 'flag' }, 'incident') : null],
    [mark(row.state)],
    [row.score],
    [row.trend],
    [mark(row.outlook), notes(row.notes)],
    [
      mark(healing.verdict),
      notes([...healing.notes, ...(standby === null ? [] : [`standby: ${standby}`])]),
    ],
    [row.mode],
    [row.platform],
    [row.agent],
  ];
}

/** Draw the table of components. */
export function renderComponents(rows: readonly ComponentRow[]): Node[] {
  if (rows.length === 0) {
    return [
      element('p', { class: 'quiet' }, 'None yet. A component appears with its first sample.'),
    ];
  }
  return [table('components-heading', COLUMNS, rows.map(cells))];
}
