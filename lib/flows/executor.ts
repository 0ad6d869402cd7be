import type { PlatformRef } from '../domain/component.js';
import type { Action, ActionName, RollbackType } from '../domain/decide/action.js';
import type { Executor } from '../domain/decide/recovery.js';
import { declaredActions, declaredRollbacks } from '../domain/declared-actions.js';
import { type Placed, placeOf } from '../domain/place.js';
import type { Platform } from '../platforms/platform.js';

/** Who can carry an action out on a component, or the reason why nobody can. */
export type ExecutorChoice = Executor | { readonly none: string };

/** Who there is to carry actions out, and what each of them can do. */
export type Executors = Readonly<Record<Executor, Pick<Platform, 'actions' | 'rollbacks'>>>;

/**
 * Choose who carries an action out: the platform of the place that it is done at, where that can, else the
 * component's agent.
 *
 * An agent that has not pushed lately cannot take commands and does not count.
 */
export function executorFor(
  platforms: Executors,
  component: Placed,
  agentPresent: boolean,
  action: ActionName,
): ExecutorChoice {
  const place = placeOf(component, action);
  const { type } = place;
  const vendor = type === 'none' || type === 'agent' ? null : type;
  if (vendor !== null && can(platforms, place, action)) return vendor;
  if (!platforms.agent.actions.includes(action)) {
    return { none: type === 'none' ? 'it has no platform' : `${type} cannot ${action}` };
  }
  if (agentPresent) return 'agent';
  return {
    none: type === 'none' ? 'it has no platform and no agent' : 'no agent has pushed lately',
  };
}

/** Whether who rolls a component back can roll back this of it: a deployment, unless it says more. */
export function canRollBack(
  platforms: Executors,
  component: Placed,
  agentPresent: boolean,
  kind: RollbackType,
): boolean {
  const executor = executorFor(platforms, component, agentPresent, 'rollback');
  if (typeof executor !== 'string') return false;
  const declared = declaredRollbacks(placeOf(component, 'rollback'));
  return (declared ?? platforms[executor].rollbacks ?? ['deployment']).includes(kind);
}

/** Whether somebody can carry this very action out on a component, what a rollback is to take back included. */
export function canDo(
  platforms: Executors,
  component: Placed,
  agentPresent: boolean,
  action: Action,
): boolean {
  return action.name === 'rollback'
    ? canRollBack(platforms, component, agentPresent, action.rollback_type)
    : typeof executorFor(platforms, component, agentPresent, action.name) === 'string';
}

/** Whether a platform can do it, by itself or through the adapter that stands behind it. */
function can(platforms: Executors, target: PlatformRef, action: ActionName): boolean {
  if (target.type === 'none' || target.type === 'agent') return false;
  if (target.type === 'mcp' && target.rest !== null && can(platforms, target.rest, action)) {
    return true;
  }
  const isDeclared = declaredActions(target)?.includes(action) ?? true;
  return isDeclared && platforms[target.type].actions.includes(action);
}
