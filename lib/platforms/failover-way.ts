import type { Action } from '../domain/decide/action.js';
import type { ActionRequest, Prepared } from './platform.js';

/**
 * What stands before and after a failover that somebody else carries out, and the way back: the same order, to lead
 * traffic back to the component itself. Null for any other action, and for that way back.
 */
export function failoverWay({
  action,
  component,
}: Pick<ActionRequest, 'action' | 'component'>): Prepared | null {
  if (action.name !== 'fail_over' || action.to === component) return null;
  const inverse: Action = { name: 'fail_over', to: component };
  return { before: { serves: component }, after: { serves: action.to }, inverse };
}
