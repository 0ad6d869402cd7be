import type { Settings } from '../../domain/settings.js';

/**
 * The demo's settings: the same code, with what takes an hour in production taking seconds. Everything that
 * is not named here keeps its default.
 */
export const DEMO_SETTINGS: Partial<Settings> = {
  // An hour becomes 20 s, a minute between two sweeps one second.
  intervalS: 1,
  horizonS: 20,
  windowS: 120,
  minHistoryS: 5,
  agreeing: 2,
  // Seconds instead of minutes until an effect is measured, and before a component counts as flapping.
  settleCleanupS: 2,
  settleRestartS: 3,
  verifyPatienceS: 60,
  flapWindowS: 5,
  flapChanges: 5,
  cleanupCooldownS: 10,
  restartCooldownS: 20,
  goodToClose: 3,
  // Three acts in three minutes are more than an installation would allow itself.
  actionsPerHour: 20,
  // A sample a second: one that is late on a busy machine must not make the state unknown.
  freshIntervals: 8,
  freshShare: 0.5,
  claimS: 20,
  leaseS: 15,
};
