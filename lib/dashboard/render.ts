import type { CauseView } from './cause-view.js';
import { element, instant, list, mark } from './element.js';
import type { IncidentView, StepView } from './incident-view.js';
import type { Fact } from './installation-view.js';

/** Draw the installation's facts, as pairs of a description list. */
export function renderFacts(facts: readonly Fact[]): Node[] {
  return facts.map((fact) =>
    element('div', {}, element('dt', {}, fact.name), element('dd', {}, mark(fact))),
  );
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

function renderCause({ id, title, text, beganAt }: CauseView): HTMLElement {
  const heading = `cause-${id}`;
  return element(
    'article',
    { 'aria-labelledby': heading },
    element('h3', { id: heading }, title),
    element('p', {}, text),
    element('p', { class: 'quiet' }, 'since ', instant(beganAt)),
  );
}

/** Draw the common causes that last. */
export function renderCauses(causes: readonly CauseView[]): Node[] {
  return causes.length === 0
    ? [element('p', { class: 'quiet' }, 'None.')]
    : causes.map(renderCause);
}
