import type { Settings } from '../../domain/settings.js';
import { DEMO_SETTINGS } from '../demo/settings.js';

/** The lab's settings: those of the demo, and what takes minutes where one service fails for another. */
export const LAB_SETTINGS: Partial<Settings> = {
  ...DEMO_SETTINGS,
  // Eight processes and an installation on one machine: what two assessments say may be its own noise.
  agreeing: 3,
  deploymentBlameS: 15,
  // A probe that is not answered takes as long as ever, so that a hung process is found later than a slow one.
  upstreamLagS: 25,
  upstreamSettleS: 8,
  providerFeedS: 1,
  providerStaleS: 10,
  providerTogetherS: 10,
  stormCalmS: 5,
  unknownTellS: 10,
  settleRollbackS: 4,
  rollbackCooldownS: 20,
  // More than a dozen faults in ten minutes, each of which wants an action or two.
  actionsPerHour: 100,
  restartsPerHour: 20,
  reachMin: 1000,
};
