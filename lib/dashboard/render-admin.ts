import { type Child, element, instant, list, mark } from './element.js';
import type { FreezeRow, FreezesView, WhenView } from './freeze-view.js';
import type { RuleRow, RulesView } from './rule-view.js';
import { type Cell, table } from './table.js';
import { type Mark, UNKNOWN } from './words.js';

const FREEZE_COLUMNS = ['Name', 'State', 'When', 'Covers', 'Notes'];
const RULE_COLUMNS = ['Rule', 'State', 'Priority', 'Matches', 'Then', 'Mode'];

const quiet = (text: string): HTMLElement => element('p', { class: 'quiet' }, text);

function renderWhen({ text, here }: WhenView): HTMLElement {
  const instants = here.flatMap((at, index): Child[] =>
    index === 0 ? [instant(at)] : [' to ', instant(at)],
  );
  const own =
    instants.length === 0 ? [] : [element('div', { class: 'why' }, 'your time: ', ...instants)];
  return element('div', { class: 'when' }, text, ...own);
}

function freezeCells({ name, state, when, covers, notes }: FreezeRow): readonly Cell[] {
  return [
    [name],
    [mark(state)],
    when.length === 0 ? [UNKNOWN] : when.map(renderWhen),
    [covers],
    [
      list(
        { class: 'notes' },
        notes.map((note) => [note]),
      ),
    ],
  ];
}

function ruleCells({
  name,
  state,
  priority,
  matches,
  effect,
  mode,
  why,
}: RuleRow): readonly Cell[] {
  return [
    [name],
    [mark(state)],
    [priority],
    [matches, element('div', { class: 'why' }, why)],
    [effect],
    [mode],
  ];
}

/** Marks stand above what they are about; what is not known is not said to be empty. */
function listed<Row>(
  { rows, notes }: { readonly rows: readonly Row[] | null; readonly notes: readonly Mark[] },
  render: (rows: readonly Row[]) => Node,
): Node[] {
  const marks = notes.map((note) => element('p', {}, mark(note)));
  if (rows === null) return marks;
  if (rows.length > 0) return [...marks, render(rows)];
  return marks.length > 0 ? marks : [quiet('None.')];
}

/** Draw the maintenance windows and the freezes. */
export function renderFreezes(view: FreezesView): Node[] {
  return listed(view, (rows) => table('freezes-heading', FREEZE_COLUMNS, rows.map(freezeCells)));
}

/** Draw the healing rules. */
export function renderRules(view: RulesView): Node[] {
  return listed(view, (rows) => table('rules-heading', RULE_COLUMNS, rows.map(ruleCells)));
}
