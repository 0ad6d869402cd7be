import { type Child, element } from './element.js';

/** What one cell holds. */
export type Cell = readonly Child[];

// The roles are stated because a narrow screen shows the rows as cards, and a table that is not
// displayed as one loses its meaning for screen readers.
function renderCell(label: string, children: Cell): HTMLElement {
  // A card's cell is a label and one thing beside it.
  const content = children.length === 1 ? children : [element('div', {}, ...children)];
  return element('td', { role: 'cell', 'data-label': label }, ...content);
}

function renderRow(columns: readonly string[], [head = [], ...rest]: readonly Cell[]): HTMLElement {
  return element(
    'tr',
    { role: 'row' },
    element('th', { role: 'rowheader', scope: 'row' }, ...head),
    ...rest.map((children, index) => renderCell(columns[index + 1] ?? '', children)),
  );
}

/**
 * Make a table; the first cell of each row is its head.
 *
 * @param labelledBy - the id of its heading
 */
export function table(
  labelledBy: string,
  columns: readonly string[],
  rows: readonly (readonly Cell[])[],
): HTMLElement {
  const heads = columns.map((name) => element('th', { role: 'columnheader', scope: 'col' }, name));
  return element(
    'table',
    { role: 'table', 'aria-labelledby': labelledBy },
    element('thead', { role: 'rowgroup' }, element('tr', { role: 'row' }, ...heads)),
    element('tbody', { role: 'rowgroup' }, ...rows.map((row) => renderRow(columns, row))),
  );
}
