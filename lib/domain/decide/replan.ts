import type { Settings } from '../settings.js';
import type { Incident, Plan } from './incident.js';
import type { Memory } from './memory.js';

/** What {@link replans} looks at. */
export interface ReplanInput {
  readonly open: Pick<Incident, 'plan' | 'acknowledgedBy'>;
  /** The plan as it would be made now. */
  readonly found: Pick<Plan, 'situation' | 'steps'>;
  /** The memory after the newest assessment and its probe. */
  readonly memory: Pick<Memory, 'state' | 'bad' | 'failedProbes'>;
  readonly settings: Pick<Settings, 'agreeing' | 'breachesToOpen'>;
}

/**
 * Whether an incident that opened without a known cause, or as down before it was known to hang, so that nothing was
 * planned but to ask a person, is to have a plan made for what can be seen by now, while the trouble goes on.
 *
 * Only that way: a plan for a known cause is carried on to its end, since what its steps change must not be taken for
 * another cause. Nor is anything begun behind a person who has taken the incident up, or against a healing rule.
 */
export function replans({ open, found, memory, settings }: ReplanInput): boolean {
  // What is not seen just now may be over; what its probes find is seen.
  const isSeen = memory.state !== 'unknown' && memory.bad >= settings.agreeing;
  const goesOn = isSeen || memory.failedProbes >= settings.breachesToOpen;
  return goesOn && acts(found) && found.situation !== 'unknown' && mayReplan(open);
}

/** Whether an incident could be planned anew at all: once, where nothing was planned but to ask. */
export function mayReplan({ plan, acknowledgedBy }: ReplanInput['open']): boolean {
  const isBare = plan.situation === 'unknown' || (plan.situation === 'down' && !acts(plan));
  return isBare && plan.rule === undefined && plan.anew === undefined && acknowledgedBy === null;
}

const acts = ({ steps }: Pick<Plan, 'steps'>): boolean =>
  steps.some(({ action: { name } }) => name !== 'page' && name !== 'hold');
