import type { ActionName } from './action.js';

/** Whether an action may interrupt a component for those that depend on it. */
export function interrupts(action: ActionName): boolean {
  return action === 'restart' || action === 'rollback' || action === 'fail_over';
}
