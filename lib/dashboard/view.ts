import type {
  ComponentAnswer,
  HealthAnswer,
  IncidentAnswer,
  IncidentDetailAnswer,
} from './answers.js';
import { type ComponentRow, componentRows } from './component-view.js';
import { type IncidentView, incidentView } from './incident-view.js';
import { type Fact, installationView } from './installation-view.js';
import { counted } from './words.js';

/** All that one refresh reads. */
export interface Answers {
  readonly health: HealthAnswer;
  readonly components: readonly ComponentAnswer[];
  readonly incidents: readonly IncidentAnswer[];
  /** By the incident's id; one that could not be read is absent. */
  readonly details: ReadonlyMap<string, IncidentDetailAnswer>;
  /** Whether there are more components or incidents than were read. */
  readonly more: boolean;
}

/** All that the page shows. */
export interface View {
  /** One sentence, read out by screen readers when it changes. */
  readonly summary: string;
  readonly facts: readonly Fact[];
  readonly incidents: readonly IncidentView[];
  readonly components: readonly ComponentRow[];
}

function summaryOf({ health, more }: Answers, view: Omit<View, 'summary'>): string {
  const failing = view.components.filter(({ state }) => state.tone === 'bad').length;
  const needed = view.incidents.filter(({ needsPerson }) => needsPerson).length;
  const parts = [
    `${counted(view.components.length, 'component')}, ${failing} failing`,
    counted(view.incidents.length, 'open incident'),
    ...(needed > 0 ? [`${needed} ${needed === 1 ? 'needs' : 'need'} a person`] : []),
    ...(health.database.ok && health.paused ? ['automatic action is paused'] : []),
    ...(more ? ['not all of them are shown'] : []),
  ];
  return `${parts.join('; ')}.`;
}

/**
 * Turn what was read into what is shown. Pure: the same answers at the same instant show the same.
 *
 * @param nowMs - the present instant, milliseconds since 1970
 */
export function view(answers: Answers, nowMs: number): View {
  const { health, components, incidents, details } = answers;
  const shown = {
    facts: installationView(health),
    incidents: incidents.map((one) => incidentView(one, details.get(one.id) ?? null, nowMs)),
    components: componentRows(components),
  };
  return { summary: summaryOf(answers, shown), ...shown };
}
