import type { Action } from './action.js';
import { actionText } from './action-text.js';
import type { Incident, Step } from './incident.js';
import { HOLD } from './plan-steps.js';
import type { Recovery } from './recovery.js';
import { isInFlight } from './recovery-states.js';

/** What to do next about an incident, and why. */
export type NextMove =
  | { readonly kind: 'act'; readonly step: number; readonly action: Action; readonly why: string }
  | { readonly kind: 'wait' | 'page' | 'hold'; readonly why: string };

/** What {@link nextMove} looks at. */
export interface NextMoveInput {
  readonly incident: Incident;
  /** All recoveries of this incident, in any order. */
  readonly recoveries: readonly Recovery[];
  /** What lies outside the component and is waited for, as a sentence; null where there is nothing to wait for. */
  readonly waitsFor: string | null;
  /**
   * Whether the newest assessments agree that there is (still, or again) trouble; true when absent. A
   * recovery that succeeded is given the time that the incident takes to close.
   */
  readonly stillBad?: boolean;
}

/**
 * Choose the next move of an open incident.
 *
 * A step whose recovery was begun, rejected or left unanswered is over, however it ended: had it healed the component, the incident
 * would be closing. A recovery that made matters worse ends the whole plan. No step is tried twice, and
 * every path ends with a person: once paged, the caller stores `step` as the number of steps and
 * `needsPerson`, after which there is nothing left but to wait.
 */
export function nextMove(input: NextMoveInput): NextMove {
  const { incident, recoveries, waitsFor, stillBad = true } = input;
  if (incident.state === 'closed') return { kind: 'wait', why: 'the incident is closed' };
  const running = recoveries.find(({ state }) => isInFlight(state));
  if (running !== undefined) {
    return { kind: 'wait', why: `${running.action.name} is ${running.state}` };
  }
  const { steps } = incident.plan;
  if (incident.step >= steps.length && incident.needsPerson) {
    return { kind: 'wait', why: 'every step has been tried, and a person has been asked' };
  }
  const harm = recoveries.find(madeWorse);
  if (harm !== undefined) {
    return { kind: 'page', why: `${harm.action.name} made matters worse, so the plan stops` };
  }
  if (!stillBad && newestOf(recoveries)?.state === 'succeeded') {
    return { kind: 'wait', why: 'the last step succeeded; the incident closes when that lasts' };
  }
  return moveAt(nextStep(incident, recoveries), incident, waitsFor);
}

function newestOf(recoveries: readonly Recovery[]): Recovery | undefined {
  return recoveries.toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime())[0];
}

/** Undone, about to be undone, or judged as worse: its plan was wrong. */
function madeWorse({ state, origin, proof }: Recovery): boolean {
  return state === 'undone' || origin === 'undo' || proof?.['verdict'] === 'worse';
}

/** How often a step that was passed over is decided on anew. */
const PASSES = 3;

/** Decided on, but refused by a guard before anything was begun: the step has not been tried. */
function isPassedOver({ state, startedAt, proof }: Recovery): boolean {
  return state === 'skipped' && startedAt === null && proof?.['verdicts'] !== undefined;
}

/** Requests by people stand beside the plan; they do not move it. */
function nextStep(incident: Incident, recoveries: readonly Recovery[]): number {
  const own = recoveries.filter(({ origin }) => origin === 'automatic');
  const passes = (step: number): number =>
    own.filter((one) => one.step === step && isPassedOver(one)).length;
  const tried = own
    .filter((one) => !isPassedOver(one) || passes(one.step) >= PASSES)
    .map(({ step }) => step + 1);
  return Math.max(incident.step, ...tried);
}

function moveAt(index: number, incident: Incident, waitsFor: string | null): NextMove {
  const step = incident.plan.steps[index];
  if (step === undefined || step.action.name === 'page') {
    return waitsFor !== null && isUnexplained(incident, index)
      ? { kind: 'hold', why: `${waitsFor}: ${HOLD.why}` }
      : { kind: 'page', why: pageText(step, index) };
  }
  const { action, why } = step;
  if (action.name !== 'hold') {
    return {
      kind: 'act',
      step: index,
      action,
      why: `${actionText(action, incident.component)}: ${why}`,
    };
  }
  return waitsFor === null
    ? moveAt(index + 1, incident, waitsFor)
    : { kind: 'hold', why: `${waitsFor}: ${why}` };
}

/**
 * Whether nobody knew a cause when the incident opened. An incident that opens in the same sweep as that of what
 * it depends on, or before a provider's page was read, is such a one: a person is asked about the cause, once.
 */
function isUnexplained({ plan }: Incident, tried: number): boolean {
  return plan.situation === 'unknown' && tried === 0;
}

function pageText(step: Step | undefined, tried: number): string {
  return `${tried} steps were tried: ${step?.why ?? 'the plan is at its end'}`;
}
