import type { ComponentRow } from './component-view.js';
import { type Child, element, instant, list, mark } from './element.js';
import type { IncidentView, StepView } from './incident-view.js';
import type { Fact } from './installation-view.js';

/** Draw the installation's facts, as pairs of a description list. */
export function renderFacts(facts: readonly Fact[]): Node[] {
  return facts.map((fact) =>
    element('div', {}, element('dt', {}, fact.name), element('dd', {}, mark(fact))),
  );
}

const COLUMNS = ['Component', 'State', 'Score', 'Trend', 'Failure', 'Mode', 'Platform', 'Agent'];

// The roles are stated because a narrow screen shows the rows as cards, and a table that is not
// displayed as one loses its meaning for screen readers.
function cell(index: number, ...children: readonly Child[]): HTMLElement {
  return element('td', { role: 'cell', 'data-label': COLUMNS[index] ?? '' }, ...children);
}

function renderRow(row: ComponentRow): HTMLElement {
  const flag = row.hasIncident ? element('span', { class: 'flag' }, 'incident') : null;
  return element(
    'tr',
    { role: 'row' },
    element('th', { role: 'rowheader', scope: 'row' }, row.name, flag),
    cell(1, mark(row.state)),
    cell(2, row.score),
    cell(3, row.trend),
    cell(
      4,
      element(
        'div',
        {},
        mark(row.outlook),
        list(
          { class: 'notes' },
          row.notes.map((note) => [note]),
        ),
      ),
    ),
    cell(5, row.mode),
    cell(6, row.platform),
    cell(7, row.agent),
  );
}

/** Draw the table of components. */
export function renderComponents(rows: readonly ComponentRow[]): Node[] {
  if (rows.length === 0) {
    return [
      element('p', { class: 'quiet' }, 'None yet. A component appears with its first sample.'),
    ];
  }
  const heads = COLUMNS.map((name) => element('th', { role: 'columnheader', scope: 'col' }, name));
  return [
    element(
      'table',
      { role: 'table', 'aria-labelledby': 'components-heading' },
      element('thead', { role: 'rowgroup' }, element('tr', { role: 'row' }, ...heads)),
      element('tbody', { role: 'rowgroup' }, ...rows.map(renderRow)),
    ),
  ];
}

function renderSteps(steps: readonly StepView[]): HTMLElement {
  const items = steps.map(({ action, why, place }) =>
    element(
      'li',
      { class: `step ${place}`, ...(place === 'next' ? { 'aria-current': 'step' } : {}) },
      element('strong', {}, action),
      ' ',
      element('span', { class: 'place' }, place),
      element('div', { class: 'why' }, why),
    ),
  );
  return element('ol', { class: 'steps' }, ...items);
}

function part(title: string, content: HTMLElement | null): HTMLElement | null {
  return content === null ? null : element('div', {}, element('h4', {}, title), content);
}

function renderTimes({ kind, openedAt, expected }: IncidentView): HTMLElement {
  const foreseen =
    expected === null ? [] : ['; failure expected ', instant(expected.at), ` (${expected.away})`];
  return element('p', { class: 'quiet' }, `${kind}, open since `, instant(openedAt), ...foreseen);
}

function renderIncident(incident: IncidentView): HTMLElement {
  const { id, component, severity, cause, needsPerson, heldBack, recoveries, lines } = incident;
  const heading = `incident-${id}`;
  return element(
    'article',
    { class: severity.tone, 'aria-labelledby': heading },
    element('h3', { id: heading }, component, ' ', mark(severity)),
    needsPerson ? element('p', { class: 'person' }, '⚑ A person is needed.') : null,
    element('p', {}, cause),
    renderTimes(incident),
    element(
      'div',
      { class: 'parts' },
      part('Plan', renderSteps(incident.steps)),
      part(
        'Held back by',
        list(
          {},
          heldBack.map((why) => [why]),
        ),
      ),
      part(
        'Done so far',
        list(
          {},
          recoveries.map((done) => [done]),
        ),
      ),
      part(
        'Latest',
        list(
          { class: 'lines' },
          lines.map(({ at, text }) => [instant(at), ` ${text}`]),
        ),
      ),
    ),
  );
}

/** Draw the open incidents. */
export function renderIncidents(incidents: readonly IncidentView[]): Node[] {
  return incidents.length === 0
    ? [element('p', { class: 'quiet' }, 'None.')]
    : incidents.map(renderIncident);
}
