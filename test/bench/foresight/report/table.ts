import { type Child, element, type Markup } from './markup.js';

/** One cell: its text, and what it is beside it (a class of the style sheet). */
export interface Cell {
  readonly text: string;
  readonly kind?: string;
}

/** One row: its name, its cells, and whether a group of rows begins with it. */
export interface Row {
  readonly name: string;
  readonly cells: readonly (Cell | string)[];
  readonly begins?: boolean;
}

function cell(one: Cell | string): Markup {
  const { text, kind } = typeof one === 'string' ? { text: one, kind: undefined } : one;
  return element('td', kind === undefined ? {} : { class: kind }, text);
}

function row({ name, cells, begins }: Row): Markup {
  const kind: Record<string, string> = begins === true ? { class: 'first' } : {};
  return element('tr', kind, element('th', { scope: 'row' }, name), cells.map(cell));
}

/** A table that a screen reader can follow, and that scrolls by itself where it is too wide. */
export function table(caption: string, head: readonly string[], rows: readonly Row[]): Markup {
  const heads: Child = head.map((name) => element('th', { scope: 'col' }, name));
  return element(
    'div',
    { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption },
    element(
      'table',
      {},
      element('caption', {}, caption),
      element('thead', {}, element('tr', {}, heads)),
      element('tbody', {}, rows.map(row)),
    ),
  );
}
