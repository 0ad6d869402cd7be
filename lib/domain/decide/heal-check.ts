import * as z from 'zod';
import { ActionName, RollbackType } from './action.js';

/** Whether one action could be carried out on a component; `unknown` where its executor did not answer. */
export const ActionCheck = z.object({
  action: ActionName,
  /** Told where it is not a rollback of what was deployed. */
  rollback_type: RollbackType.optional(),
  /** Who would carry it out; null where nobody can. */
  by: z.string().nullable(),
  can: z.enum(['yes', 'no', 'unknown']),
  /** Why not; null where it can. */
  why: z.string().nullable(),
});
export type ActionCheck = z.infer<typeof ActionCheck>;

/**
 * Whether a component can be healed:
 *
 * - `yes`: all that its executors declare could be carried out now;
 * - `partly`: some of it; `no`: nothing of it;
 * - `unknown`: nobody who would do it has answered.
 */
export const HealCheck = z.object({
  verdict: z.enum(['yes', 'partly', 'no', 'unknown']),
  actions: z.array(ActionCheck),
});
export type HealCheck = z.infer<typeof HealCheck>;

/** Sum up what was found of each action. That a configuration can be read heals nothing by itself. */
export function healCheck(actions: readonly ActionCheck[]): HealCheck {
  const all = [...actions];
  const known = all.filter((one) => one.rollback_type === undefined && one.can !== 'unknown');
  if (known.length === 0) return { verdict: all.length === 0 ? 'no' : 'unknown', actions: all };
  if (known.every(({ can }) => can === 'no')) return { verdict: 'no', actions: all };
  return { verdict: all.every(({ can }) => can === 'yes') ? 'yes' : 'partly', actions: all };
}
