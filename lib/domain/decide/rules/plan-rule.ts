import * as z from 'zod';
import { Mode } from '../../component.js';
import type { Settings } from '../../settings.js';
import { RuleLimits } from './rule.js';

/** The rule that has a say in an incident, as its plan keeps it. */
export const PlanRule = z.object({
  id: z.string(),
  name: z.string(),
  why: z.string(),
  /** Whether it made the plan's steps; else they are the built-in ones. */
  made_plan: z.boolean(),
  mode: Mode.nullable(),
  /** Whether an administrator has stated that the mode may allow more than the component's. */
  raises: z.boolean(),
  limits: RuleLimits,
});
export type PlanRule = z.infer<typeof PlanRule>;

/** A plan's rule as it is kept: one that this version cannot read lets nothing be done without asking. */
export const KeptPlanRule = PlanRule.catch({
  ...{ id: '', name: 'that cannot be read', why: 'it is of another version', made_plan: false },
  ...{ mode: 'approve' as const, raises: false, limits: {} },
});

const MODES = Mode.options;

/**
 * The mode that holds under a rule: the stricter of the component's and the rule's.
 *
 * @param stands - whether the very rule is still in force: only then may it allow more than the component
 */
export function modeUnder(own: Mode, rule: PlanRule | null, stands: boolean): Mode {
  if (rule === null || rule.mode === null) return own;
  if (rule.raises && stands) return rule.mode;
  return MODES.indexOf(rule.mode) < MODES.indexOf(own) ? rule.mode : own;
}

/** The settings with what a rule tightens: limits fall, cool-downs grow, nothing is loosened. */
export function settingsUnder(settings: Settings, rule: PlanRule | null): Settings {
  if (rule === null) return settings;
  const { restarts_per_hour, rollbacks_per_incident, cooldown_s } = rule.limits;
  const least = (own: number, limit: number | undefined) => Math.min(own, limit ?? own);
  const most = (own: number) => Math.max(own, cooldown_s ?? own);
  return {
    ...settings,
    restartsPerHour: least(settings.restartsPerHour, restarts_per_hour),
    rollbacksPerIncident: least(settings.rollbacksPerIncident, rollbacks_per_incident),
    restartCooldownS: most(settings.restartCooldownS),
    scaleCooldownS: most(settings.scaleCooldownS),
    rollbackCooldownS: most(settings.rollbackCooldownS),
    cleanupCooldownS: most(settings.cleanupCooldownS),
    failoverCooldownS: most(settings.failoverCooldownS),
  };
}
