import * as z from 'zod';
import { AppError } from '../../errors.js';
import type { Prepared, Variables } from '../platform.js';
import { differing } from '../variables.js';
import { refuse } from '../vendor-action.js';
import type { RenderStep } from './render-action.js';

const Kept = z.object({
  before: z.record(z.string(), z.string()),
  after: z.record(z.string(), z.string()),
});

/** The variables before an action and after it, which are stored sealed. */
export type KeptConfig = z.infer<typeof Kept>;

/** Read them. @throws {AppError} `refused` where they are not there: nobody knows what was meant */
export function keptConfig(step: RenderStep, { secret }: Pick<Prepared, 'secret'>): KeptConfig {
  const kept = Kept.safeParse(secret);
  return kept.success
    ? kept.data
    : refuse(step, 'the recovery does not say between which configurations: plan it anew');
}

/** Where variables stand between the two: an attempt may have died after it had replaced them. */
export function whereIs(
  { before, after }: KeptConfig,
  now: Variables,
): 'before' | 'after' | 'elsewhere' {
  if (differing(now, after).length === 0) return 'after';
  return differing(now, before).length === 0 ? 'before' : 'elsewhere';
}

/** The configuration that an undo puts back. @throws {AppError} `refused` where what it takes back does not stand */
export function undoneConfig(
  step: RenderStep,
  undoes: Pick<Prepared, 'secret'>,
  now: Variables,
): Variables {
  const { before, after } = keptConfig(step, undoes);
  if (differing(now, after).length === 0) return before;
  return refuse(
    step,
    'the variables were changed since: what it would undo does not stand any more',
  );
}

/**
 * Replace the variables, and do what makes them live.
 *
 * They are put back where that is refused for good: the next deploy would bring what was never decided on.
 *
 * @throws {AppError} `refused` when somebody has changed them since they were looked at
 */
export async function withConfig<T>(
  step: RenderStep,
  kept: KeptConfig,
  makeLive: () => Promise<T>,
): Promise<T> {
  const where = whereIs(kept, await step.calls.envVars());
  if (where === 'elsewhere') refuse(step, 'the variables were changed meanwhile');
  if (where === 'before') await step.calls.replaceEnvVars(kept.after);
  try {
    return await makeLive();
  } catch (error) {
    if (!(error instanceof AppError) || error.code === 'upstream_unavailable') throw error;
    await step.calls.replaceEnvVars(kept.before);
    throw error;
  }
}
