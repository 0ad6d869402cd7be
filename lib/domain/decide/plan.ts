import type { ActionName, RollbackType } from './action.js';
import type { Cause, Situation } from './cause.js';
import { type RecentDeployment, upstreamCause } from './diagnose.js';
import type { Plan, Step } from './incident.js';
import {
  cleanMemory,
  failOver,
  HOLD,
  PAGE,
  resetDatabase,
  restart,
  restartHung,
  rollback,
  scaleUp,
  WAIT_OUT,
} from './plan-steps.js';

/** What a plan can be made of. */
export interface PlanInput {
  /** What may be behind it, from the diagnosis; the plan is made for the first. */
  readonly causes: readonly [Cause, ...Cause[]];
  /** Whether the component's executor can carry out an action; without one, nothing. */
  readonly can: (name: ActionName) => boolean;
  /** What of it that executor can roll back. */
  readonly canRollBack: (kind: RollbackType) => boolean;
  /** The copy in trouble, where it is known and whoever carries that action out can act on it alone; null acts on all. */
  readonly instance: (name: ActionName) => string | null;
  /** Running copies now; null where nobody knows. */
  readonly instances: number | null;
  readonly scale: { readonly min: number; readonly max: number } | null;
  /** A deployment that is recent enough to be suspected; null without one. */
  readonly recentDeployment: RecentDeployment | null;
  readonly standby: string | null;
  /** Whether it hangs or is gone, as `hangs` tells. */
  readonly hangs: boolean;
}

type Steps = (input: PlanInput) => readonly (Step | null)[];

/**
 * The plan table: what is tried first, and what next.
 *
 * A restart comes after what keeps requests alive, a rollback only where a change is the cause.
 */
const TABLE: Readonly<Record<Situation, Steps>> = {
  leak: ({ instance }) => [
    cleanMemory(instance('clean_memory')),
    restart(instance('restart'), 'memory starts anew'),
  ],
  deployment_regression: () => [rollback('deployment')],
  config_regression: () => [rollback('config')],
  saturation_with_traffic: ({ instances, scale }) => [scaleUp(instances, scale)],
  cpu_saturation: ({ instance, recentDeployment }) => [
    restart(instance('restart'), 'a runaway task ends with its process'),
    recentDeployment === null ? null : rollback(recentDeployment.kind),
  ],
  database: ({ instance }) => [
    resetDatabase(instance('reset_database')),
    restart(instance('restart'), 'connections are opened anew'),
  ],
  upstream: () => [HOLD],
  provider: ({ standby }) => [standby === null ? null : failOver(standby), WAIT_OUT],
  down: (input) => (input.standby === null ? startAnew(input) : [failOver(input.standby)]),
  unknown: () => [],
};

/** What answers nobody loses nothing by a restart. Whether a change before it is the cause silence does not tell. */
const startAnew = ({ hangs, instance }: PlanInput): readonly Step[] =>
  hangs ? [restartHung(instance('restart'))] : [];

/**
 * Make the plan for what is most likely behind the trouble.
 *
 * Steps that cannot be carried out are left out; the last step is always to ask a person.
 */
export function planFor(input: PlanInput): Plan {
  const { causes } = input;
  const [{ situation, cause }] = causes;
  const possible = TABLE[situation](input).filter(
    (step): step is Step => step !== null && isPossible(step, input),
  );
  return { situation, cause, causes, steps: [...possible, PAGE] };
}

/** The plan where another component is to blame: nothing is done here. */
export function upstreamPlan(name: string): Plan {
  const cause = upstreamCause(name);
  return { situation: cause.situation, cause: cause.cause, causes: [cause], steps: [HOLD, PAGE] };
}

/** A step that its executor cannot carry out would only delay the person. */
function isPossible({ action }: Step, { can, canRollBack }: PlanInput): boolean {
  if (action.name === 'page' || action.name === 'hold') return true;
  return can(action.name) && (action.name !== 'rollback' || canRollBack(action.rollback_type));
}
