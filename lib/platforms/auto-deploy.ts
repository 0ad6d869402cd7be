import { AppError } from '../errors.js';

/**
 * What is known of a target's automatic deploys after a rollback, for its result. `unconfirmed`: switched
 * off perhaps, but not read back.
 */
export type AutoDeploy =
  | { readonly auto_deploy: 'off' | 'on' }
  | {
      readonly auto_deploy: 'still on' | 'still off' | 'unconfirmed';
      readonly auto_deploy_why: string;
    };

/** A vendor's switch of automatic deploys. */
export interface AutoDeploySwitch {
  /** What messages call the vendor. */
  readonly title: string;
  isOn(): Promise<boolean>;
  switchOff(): Promise<unknown>;
}

/**
 * Switch automatic deploys off, and read back whether they are.
 *
 * Safe to repeat. Never throws: the rollback before it counts in any case.
 */
export async function switchAutoDeployOff(one: AutoDeploySwitch): Promise<AutoDeploy> {
  try {
    await one.switchOff();
  } catch (error) {
    return { auto_deploy: 'still on', auto_deploy_why: reason(error) };
  }
  return readAutoDeploy(one);
}

/** Read whether automatic deploys are off. Never throws. */
export async function readAutoDeploy(one: AutoDeploySwitch): Promise<AutoDeploy> {
  try {
    return (await one.isOn())
      ? { auto_deploy: 'still on', auto_deploy_why: `${one.title} shows it on` }
      : { auto_deploy: 'off' };
  } catch (error) {
    return { auto_deploy: 'unconfirmed', auto_deploy_why: reason(error) };
  }
}

/** Switch automatic deploys off where they are still on. Never throws. */
export async function ensureAutoDeployOff(one: AutoDeploySwitch): Promise<AutoDeploy> {
  const now = await readAutoDeploy(one);
  return now.auto_deploy === 'still on' ? switchAutoDeployOff(one) : now;
}

/**
 * Switch automatic deploys on again, where they are off, and read back whether they are: what switched them off
 * has been taken back. Safe to repeat. Never throws.
 */
export async function ensureAutoDeployOn(
  one: Pick<AutoDeploySwitch, 'title' | 'isOn'>,
  switchOn: () => Promise<unknown>,
): Promise<AutoDeploy> {
  try {
    if (!(await one.isOn())) await switchOn();
    return (await one.isOn())
      ? { auto_deploy: 'on' }
      : { auto_deploy: 'still off', auto_deploy_why: `${one.title} shows it off` };
  } catch (error) {
    return { auto_deploy: 'still off', auto_deploy_why: reason(error) };
  }
}

/**
 * Whether a switch stands the other way and waits for everything not to be paused any more.
 *
 * @param seen - as {@link readAutoDeploy} has read it
 */
export function waitsForResume(
  { paused = false }: { readonly paused?: boolean },
  { auto_deploy: seen }: AutoDeploy,
  wanted: 'on' | 'off',
): boolean {
  return paused && seen === (wanted === 'off' ? 'still on' : 'off');
}

const reason = (error: unknown): string =>
  error instanceof AppError ? error.message : 'an unexpected failure';
