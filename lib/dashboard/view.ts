import type { AdminAnswers } from './admin-answers.js';
import type {
  CauseAnswer,
  ComponentAnswer,
  HealthAnswer,
  IncidentAnswer,
  IncidentDetailAnswer,
} from './answers.js';
import { type CauseView, causeView } from './cause-view.js';
import { type ComponentRow, componentRows } from './component-view.js';
import { type FreezesView, freezesView } from './freeze-view.js';
import { type IncidentView, incidentView } from './incident-view.js';
import { type Fact, installationView } from './installation-view.js';
import { type RulesView, rulesView } from './rule-view.js';
import { counted } from './words.js';

/** All that one refresh reads. */
export interface Answers {
  readonly health: HealthAnswer;
  readonly components: readonly ComponentAnswer[];
  readonly incidents: readonly IncidentAnswer[];
  /** The common causes that last. */
  readonly causes: readonly CauseAnswer[];
  readonly admin: AdminAnswers;
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
  readonly causes: readonly CauseView[];
  readonly components: readonly ComponentRow[];
  readonly freezes: FreezesView;
  readonly rules: RulesView;
}

/** What a person must not miss, as far as it is so. */
function noticesOf({ health, more }: Answers, view: Omit<View, 'summary'>): string[] {
  const needed = view.incidents.filter(({ needsPerson }) => needsPerson).length;
  const holding = (view.freezes.rows ?? []).filter(({ inForce }) => inForce).length;
  const causes = view.causes.length;
  return [
    ...(needed > 0 ? [`${needed} ${needed === 1 ? 'needs' : 'need'} a person`] : []),
    ...(causes > 0 ? [counted(causes, 'common cause')] : []),
    ...(holding > 0 ? [`${counted(holding, 'window or freeze', 'windows or freezes')} open`] : []),
    ...(health.database.ok && health.paused ? ['automatic action is paused'] : []),
    ...(more ? ['not all of them are shown'] : []),
  ];
}

function summaryOf(answers: Answers, view: Omit<View, 'summary'>): string {
  const failing = view.components.filter(({ state }) => state.tone === 'bad').length;
  const parts = [
    `${counted(view.components.length, 'component')}, ${failing} failing`,
    counted(view.incidents.length, 'open incident'),
    ...noticesOf(answers, view),
  ];
  return `${parts.join('; ')}.`;
}

/**
 * Turn what was read into what is shown. Pure: the same answers at the same instant show the same.
 *
 * @param nowMs - the present instant, milliseconds since 1970
 */
export function view(answers: Answers, nowMs: number): View {
  const { health, components, incidents, causes, admin, details } = answers;
  const shown = {
    facts: installationView(health),
    incidents: incidents.map((one) => incidentView(one, details.get(one.id) ?? null, nowMs)),
    causes: causes.map(causeView),
    components: componentRows(components, nowMs),
    freezes: freezesView(admin, nowMs),
    rules: rulesView(admin.rules),
  };
  return { summary: summaryOf(answers, shown), ...shown };
}
