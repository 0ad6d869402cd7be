import * as z from 'zod';

const instance = z.string().max(128).optional();

/** What a rollback takes back: what was deployed, the configuration, or both with the number of copies. */
export const RollbackType = z.enum(['deployment', 'config', 'previous_state']);
export type RollbackType = z.infer<typeof RollbackType>;

/**
 * One thing that Forestall can do to a component, with its parameters.
 *
 * `instance` narrows it to one running copy where the executor can do that.
 */
export const Action = z.discriminatedUnion('name', [
  z.strictObject({ name: z.literal('restart'), instance }),
  z.strictObject({
    name: z.literal('rollback'),
    rollback_type: RollbackType.default('deployment'),
    /** The platform's id of the version to return to; `previous` or absent lets the platform adapter find it. */
    to: z.string().min(1).max(256).optional(),
  }),
  z.strictObject({ name: z.literal('scale'), to: z.number().int().min(1).max(1000) }),
  z.strictObject({
    name: z.literal('clean_memory'),
    only_if_leaking: z.boolean().optional(),
    instance,
  }),
  z.strictObject({ name: z.literal('reset_database'), instance }),
  z.strictObject({ name: z.literal('fail_over'), to: z.string().min(1).max(256) }),
]);
export type Action = z.infer<typeof Action>;

/** The names of all actions. */
export const ActionName = z.enum([
  'restart',
  'rollback',
  'scale',
  'clean_memory',
  'reset_database',
  'fail_over',
]);
export type ActionName = z.infer<typeof ActionName>;

/** Reversible actions have an inverse; repeatable ones do no harm when done twice; the rest always ask. */
export type ActionClass = 'reversible' | 'repeatable' | 'other';

/** The class of each action: what decides whether it may be undone, repeated, or must be asked for. */
export const ACTION_CLASS: Readonly<Record<ActionName, ActionClass>> = {
  rollback: 'reversible',
  scale: 'reversible',
  fail_over: 'reversible',
  restart: 'repeatable',
  clean_memory: 'repeatable',
  reset_database: 'repeatable',
};
