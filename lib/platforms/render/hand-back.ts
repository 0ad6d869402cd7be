import * as z from 'zod';
import { type AutoDeploy, ensureAutoDeployOn } from '../auto-deploy.js';
import type { Prepared } from '../platform.js';
import { refuse } from '../vendor-action.js';
import { deploysAutomatically } from './auto-deploys.js';
import type { RenderStep } from './render-action.js';

/** What a rollback has noted of automatic deploys before it switched them off. */
const Noted = z.object({
  auto_deploy: z.enum(['yes', 'no']),
  auto_deploy_trigger: z.string().nullable(),
});

/**
 * Switch automatic deploys on again as they were before a rollback, which stays. Safe to repeat.
 *
 * @throws {AppError} `refused` where they were off before it, too
 */
export async function handBack(
  step: RenderStep,
  { before }: Pick<Prepared, 'before'>,
): Promise<AutoDeploy> {
  const noted = Noted.safeParse(before).data;
  if (noted === undefined) refuse(step, 'it says nothing of automatic deploys');
  if (noted.auto_deploy === 'no') refuse(step, 'automatic deploys were off before it, too');
  const trigger = noted.auto_deploy_trigger === 'off' ? null : noted.auto_deploy_trigger;
  return ensureAutoDeployOn(
    {
      title: 'Render',
      isOn: async () => deploysAutomatically(await step.calls.service()),
    },
    () => step.calls.switchAutoDeployOn(trigger),
  );
}
