import type { AssessmentAnswer, ComponentAnswer } from './answers.js';
import { type HealingView, healingView } from './healing-view.js';
import { type Mark, percentText, plain, type Tone, UNKNOWN } from './words.js';

/** A component as one row of the table. */
export interface ComponentRow {
  readonly name: string;
  readonly state: Mark;
  readonly score: string;
  readonly trend: string;
  /** Level, probability and time to failure. */
  readonly outlook: Mark;
  /** Reasons of the prediction with their numbers, then warnings. */
  readonly notes: readonly string[];
  readonly healing: HealingView;
  /** The component that can take its place. */
  readonly standby: string | null;
  readonly mode: string;
  readonly platform: string;
  readonly agent: string;
  readonly hasIncident: boolean;
}

const STATE_TONE: Readonly<Record<string, Tone>> = {
  healthy: 'good',
  degraded: 'warn',
  failing: 'bad',
};
const LEVEL_TONE: Readonly<Record<string, Tone>> = {
  critical: 'bad',
  high: 'warn',
  medium: 'warn',
};
const TREND_ARROW: Readonly<Record<string, string>> = {
  improving: '↗',
  stable: '→',
  declining: '↘',
};
const NO_OUTLOOK: Mark = { text: 'unknown', tone: 'none' };
const TONE_RANK: Readonly<Record<Tone, number>> = { bad: 0, warn: 1, none: 2, good: 3 };

function outlookOf({ level, failure_prediction: prediction }: AssessmentAnswer): Mark {
  const chance = percentText(prediction.probability);
  if (level === null) return { text: `none in sight, ${chance}`, tone: 'good' };
  const parts = [level, chance, prediction.time_to_failure ?? UNKNOWN];
  return { text: parts.join(' · '), tone: LEVEL_TONE[level] ?? 'warn' };
}

function notesOf({
  evidence,
  failure_prediction: prediction,
  warnings,
}: AssessmentAnswer): string[] {
  // The evidence says the same as the reasons, with numbers.
  const why = evidence.length > 0 ? evidence.map(({ text }) => text) : prediction.reasons;
  return [...why, ...warnings];
}

function assessedOf(assessment: AssessmentAnswer | null) {
  if (assessment === null) {
    const state: Mark = { text: 'not assessed yet', tone: 'none' };
    return { state, score: UNKNOWN, trend: UNKNOWN, outlook: NO_OUTLOOK, notes: [] };
  }
  const { state, health_score: score, trend } = assessment;
  const known = score !== null;
  return {
    state: { text: state, tone: STATE_TONE[state] ?? 'none' },
    score: known ? score.toFixed(1) : UNKNOWN,
    trend: known ? `${TREND_ARROW[trend] ?? ''}\u00a0${trend}`.trim() : UNKNOWN,
    outlook: known ? outlookOf(assessment) : NO_OUTLOOK,
    notes: notesOf(assessment),
  };
}

function rowOf(component: ComponentAnswer, nowMs: number): ComponentRow {
  return {
    name: component.name,
    ...assessedOf(component.assessment),
    healing: healingView(component.can_be_healed, nowMs),
    standby: component.standby,
    mode: component.mode,
    platform: plain(component.platform?.type ?? 'none'),
    agent: component.agent_present ? 'present' : 'absent',
    hasIncident: component.incident_id !== null,
  };
}

const worst = (row: ComponentRow): number =>
  Math.min(TONE_RANK[row.state.tone], TONE_RANK[row.outlook.tone]);

/**
 * Make the table: what is worst stands first, then by name.
 *
 * @param nowMs - the present instant, milliseconds since 1970
 */
export function componentRows(
  components: readonly ComponentAnswer[],
  nowMs: number,
): readonly ComponentRow[] {
  return components
    .map((component) => rowOf(component, nowMs))
    .sort((one, other) => worst(one) - worst(other) || one.name.localeCompare(other.name, 'en'));
}
