import type { IncidentAnswer, IncidentDetailAnswer } from './answers.js';
import { actionWord, durationText, type Mark, plain } from './words.js';

/** An incident as a person reads it. */
export interface IncidentView {
  readonly id: string;
  readonly component: string;
  readonly severity: Mark;
  readonly kind: string;
  readonly cause: string;
  /** ISO 8601. */
  readonly openedAt: string;
  /** When it is expected to fail, and how far away that is; null when it has failed or nobody can say. */
  readonly expected: { readonly at: string; readonly away: string } | null;
  readonly needsPerson: boolean;
  readonly heldBack: readonly string[];
  readonly steps: readonly StepView[];
  /** What was done, oldest first. */
  readonly recoveries: readonly string[];
  /** The last lines of the timeline, newest first. */
  readonly lines: readonly LineView[];
}

/** One step of a plan. */
export interface StepView {
  readonly action: string;
  readonly why: string;
  readonly place: 'passed' | 'next' | 'later';
}

/** One line of a timeline. */
export interface LineView {
  /** ISO 8601. */
  readonly at: string;
  readonly text: string;
}

/** Enough to see what goes on; the whole story is in the API. */
const LINES_SHOWN = 6;

function stepsOf({ plan, step }: IncidentAnswer): StepView[] {
  return plan.map(({ action, why, next }, index) => ({
    action: actionWord(action),
    why,
    place: next ? 'next' : index < step ? 'passed' : 'later',
  }));
}

function expectedOf(at: string | null, nowMs: number): IncidentView['expected'] {
  if (at === null) return null;
  const awayS = (Date.parse(at) - nowMs) / 1000;
  return { at, away: awayS > 0 ? `in ${durationText(awayS)}` : 'now due' };
}

function lineText({ kind, text, who }: IncidentDetailAnswer['timeline'][number]): string {
  const told = text.startsWith(plain(kind)) ? text : `${plain(kind)}: ${text}`;
  return who === null || text.includes(who) ? told : `${told} (${who})`;
}

function recoveryText({ action, state, why, error }: IncidentDetailAnswer['recoveries'][number]) {
  return `${actionWord(action)}: ${plain(state)} – ${error ?? why}`;
}

/**
 * Say what an incident is, what is done about it, and what is not done and why.
 *
 * @param detail - null when it could not be read, or was not asked for
 * @param nowMs - the present instant, milliseconds since 1970
 */
export function incidentView(
  incident: IncidentAnswer,
  detail: IncidentDetailAnswer | null,
  nowMs: number,
): IncidentView {
  const { id, component, severity, kind, cause } = incident;
  return {
    id,
    component,
    severity: { text: severity, tone: severity === 'critical' ? 'bad' : 'warn' },
    kind: plain(kind),
    cause,
    openedAt: incident.opened_at,
    expected: expectedOf(incident.predicted_failure_at, nowMs),
    needsPerson: incident.needs_person,
    heldBack: incident.held_back_by.map(({ guard, why }) => `${plain(guard)}: ${why}`),
    steps: stepsOf(incident),
    recoveries: (detail?.recoveries ?? []).map(recoveryText),
    lines: (detail?.timeline ?? [])
      .slice(-LINES_SHOWN)
      .reverse()
      .map((line) => ({ at: line.at, text: lineText(line) })),
  };
}
