import { AppError } from '../../errors.js';
import type { Service } from './answers.js';
import type { RenderCalls } from './calls.js';

/**
 * What is known of a service's automatic deploys after a rollback, for its result. `unconfirmed`: switched
 * off perhaps, but not read back.
 */
export type AutoDeploy =
  | { readonly auto_deploy: 'off' }
  | { readonly auto_deploy: 'still on' | 'unconfirmed'; readonly auto_deploy_why: string };

/** Whether the next push would be deployed; where Render's two settings disagree, yes. */
export function deploysAutomatically({ autoDeploy, autoDeployTrigger }: Service): boolean {
  return autoDeploy === 'yes' || (autoDeployTrigger ?? 'off') !== 'off';
}

/**
 * Switch automatic deploys off, and read back whether they are.
 *
 * Safe to repeat. Never throws: the rollback before it counts in any case.
 */
export async function switchAutoDeployOff(calls: RenderCalls): Promise<AutoDeploy> {
  try {
    await calls.switchAutoDeployOff();
  } catch (error) {
    return { auto_deploy: 'still on', auto_deploy_why: reason(error) };
  }
  return readAutoDeploy(calls);
}

/** Read whether automatic deploys are off. Never throws. */
export async function readAutoDeploy(calls: RenderCalls): Promise<AutoDeploy> {
  try {
    return deploysAutomatically(await calls.service())
      ? { auto_deploy: 'still on', auto_deploy_why: 'Render shows it on' }
      : { auto_deploy: 'off' };
  } catch (error) {
    return { auto_deploy: 'unconfirmed', auto_deploy_why: reason(error) };
  }
}

const reason = (error: unknown): string =>
  error instanceof AppError ? error.message : 'an unexpected failure';
