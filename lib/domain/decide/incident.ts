import type { Action } from './action.js';
import type { Cause, Situation } from './cause.js';
import type { PlanRule } from './rules/plan-rule.js';

/** One step of a plan: an action, or asking a person, or holding still. */
export interface Step {
  readonly action: Action | { readonly name: 'page' } | { readonly name: 'hold' };
  readonly why: string;
  /** What should be different afterwards. */
  readonly expects: string;
  /** What verification will look at. */
  readonly proof: string;
}

/** Why a plan was chosen, and its ordered steps. */
export interface Plan {
  readonly situation: Situation;
  /** The cause in one sentence. */
  readonly cause: string;
  /** All causes that fit, the one that the plan is made for first; absent in plans of an older version. */
  readonly causes?: readonly Cause[] | undefined;
  readonly steps: readonly Step[];
  /** The healing rule that made it, or has a say in what may be done of it; absent without one. */
  readonly rule?: PlanRule | undefined;
  /** Set where it was made while the incident was open already, for a cause that nobody knew at first. */
  readonly anew?: true | undefined;
}

/** A period in which a component is failing or about to. */
export interface Incident {
  readonly id: string;
  readonly componentId: number;
  readonly component: string;
  /** `predicted` until the component really fails; then `failing` for good. */
  readonly kind: 'predicted' | 'failing';
  readonly state: 'open' | 'closed';
  readonly severity: 'critical' | 'high' | 'medium';
  readonly plan: Plan;
  /** Index of the step that is next or running; the number of steps when all have been tried. */
  readonly step: number;
  /** Whether a person has been asked. */
  readonly needsPerson: boolean;
  readonly openedAt: Date;
  readonly closedAt: Date | null;
  readonly acknowledgedBy: string | null;
}
