import type { Settings } from '../settings.js';
import type { Incident, Plan } from './incident.js';
import type { Memory } from './memory.js';

/** What {@link replans} looks at. */
export interface ReplanInput {
  readonly open: Pick<Incident, 'plan' | 'acknowledgedBy'>;
  /** The plan as it would be made now. */
  readonly found: Pick<Plan, 'situation' | 'steps'>;
  /** The memory after the newest assessment and its probe. */
  readonly memory: Pick<Memory, 'bad' | 'failedProbes'>;
  readonly settings: Pick<Settings, 'agreeing' | 'breachesToOpen'>;
}

/**
 * Whether an incident that opened without a known cause, so that nothing was planned but to ask a person, is to have a
 * plan made for the cause that can be seen by now, while the trouble goes on.
 *
 * Only that way: a plan for a known cause is carried on to its end, since what its steps change must not be taken for
 * another cause. Nor is anything begun behind a person who has taken the incident up, or against a healing rule.
 */
export function replans({ open, found, memory, settings }: ReplanInput): boolean {
  const goesOn = memory.bad >= settings.agreeing || memory.failedProbes >= settings.breachesToOpen;
  const acts = found.steps.some(({ action: { name } }) => name !== 'page' && name !== 'hold');
  return goesOn && acts && found.situation !== 'unknown' && mayReplan(open);
}

/** Whether an incident could be planned anew at all. */
export function mayReplan({ plan, acknowledgedBy }: ReplanInput['open']): boolean {
  return plan.situation === 'unknown' && plan.rule === undefined && acknowledgedBy === null;
}
