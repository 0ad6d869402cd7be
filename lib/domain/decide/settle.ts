import type { Settings } from '../settings.js';
import type { ActionName } from './action.js';

/**
 * How long an action needs before its effect can be measured, seconds.
 *
 * Verification starts after it; the deadline of an approval leaves room for it.
 */
export function settleS(name: ActionName, settings: Settings): number {
  const seconds: Readonly<Record<ActionName, number>> = {
    restart: settings.settleRestartS,
    rollback: settings.settleRollbackS,
    scale: settings.settleScaleS,
    clean_memory: settings.settleCleanupS,
    reset_database: settings.settleCleanupS,
    fail_over: settings.settleFailoverS,
  };
  return seconds[name];
}

/** How long the same action may not begin again on the same component, seconds. */
export function cooldownS(name: ActionName, settings: Settings): number {
  const seconds: Readonly<Record<ActionName, number>> = {
    restart: settings.restartCooldownS,
    rollback: settings.rollbackCooldownS,
    scale: settings.scaleCooldownS,
    clean_memory: settings.cleanupCooldownS,
    reset_database: settings.cleanupCooldownS,
    fail_over: settings.failoverCooldownS,
  };
  return seconds[name];
}
