import { deployBack } from './deploy-back.js';
import type { GitHubAction, GitHubStep, RevertStep } from './github-action.js';
import { revert } from './revert.js';

/** Roll back in the way that the component is configured for. */
export const rollback: GitHubAction = {
  describe: (step) => (isRevert(step) ? revert.describe(step) : deployBack.describe(step)),
  prepare: (step) => (isRevert(step) ? revert.prepare(step) : deployBack.prepare(step)),
  act: (step, prepared) =>
    isRevert(step) ? revert.act(step, prepared) : deployBack.act(step, prepared),
  look: (step, prepared, called) =>
    isRevert(step) ? revert.look(step, prepared, called) : deployBack.look(step, prepared, called),
  report: (step, prepared, since, acted) =>
    isRevert(step)
      ? revert.report(step, prepared, since, acted)
      : deployBack.report(step, prepared, since, acted),
};

const isRevert = (step: GitHubStep): step is RevertStep => step.rollback.by === 'revert';
