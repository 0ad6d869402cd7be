import { isProven } from '../../domain/decide/known-state.js';
import { refuse } from '../vendor-action.js';
import type { Machine, MachineVersion } from './answers.js';
import type { FlyStep } from './fly-action.js';
import { isOf, recordOfImage } from './version.js';

/**
 * Find the configuration that belongs to an image as a whole: that of the proven state in which it was seen last, or, of
 * an image that a person has named and that was never proven, of the last. What a moved tag meant then nobody can say,
 * so it is as little proven here as it is for a rollback of the image alone.
 *
 * Whole or not at all: machines are neither made nor destroyed by it, so that as many must run as then, where somebody
 * had fixed how many.
 *
 * @param machines - of the group now
 * @param versions - of its oldest machine
 * @param image - what is gone back to
 * @throws {AppError} `refused` where a part of it is not known, or cannot be what it was
 */
export function wholeState(
  step: FlyStep,
  machines: readonly Machine[],
  versions: readonly MachineVersion[],
  image: string,
): MachineVersion {
  const { action, byPerson, known = [] } = step.request;
  const mayUnproven = byPerson && action.name === 'rollback' && action.to === image;
  const { standing, evidence } = recordOfImage(image, known);
  if (!isProven(standing) && !mayUnproven) {
    refuse(step, `no known state of ${image} is proven: ${evidence}`);
  }
  const lives = known
    .filter((one) => isOf(one, image))
    .toSorted((a, b) => b.lastSeen.getTime() - a.lastSeen.getTime());
  const state = lives.find((one) => isProven(one.standing)) ?? lives[0];
  if (state === undefined) refuse(step, `no state of ${image} is known`);
  const { instances } = state;
  if (instances !== null && instances !== machines.length) {
    refuse(step, `${instances} machines ran then, and ${machines.length} do now: scale it first`);
  }
  const version = versions.find((one) => one.version === state.deploymentId);
  return version ?? refuse(step, `the variables that ${image} ran with are not kept any more`);
}
