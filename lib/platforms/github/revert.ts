import type { Looked, Prepared } from '../platform.js';
import { type Called, nothingSeen, type VendorAction } from '../vendor-action.js';
import type { Pull } from './answers.js';
import { closeRevert, isClosing } from './close-revert.js';
import type { RevertStep } from './github-action.js';
import { revertPaths } from './revert-calls.js';
import { endOfRevert, isOver, opened } from './revert-end.js';
import { isMerged, planRevert, type RevertPlan, revertPlan } from './revert-plan.js';
import { ensurePull, mergePull } from './revert-pull.js';
import { takenBackLine } from './taken-back.js';

/**
 * Return to the files of the commit that was deployed with success before, by a pull request.
 *
 * A commit with the earlier files on top of the live one, a branch, a pull request, and if the component says
 * so its merge, unless that would take back more than one change: each is looked for before it is made, by the branch, which is named after the recovery. It has
 * ended once it is merged and what it was merged as is deployed. Its undo closes it.
 *
 * @see https://docs.github.com/en/rest/git/commits
 * @see https://docs.github.com/en/rest/pulls/pulls
 */
export const revert: VendorAction<RevertStep> = {
  describe: ({ targetId, rollback }) => [
    `POST ${revertPaths.commits(targetId)}`,
    `POST ${revertPaths.refs(targetId)}`,
    `POST ${revertPaths.pulls(targetId)}`,
    ...(rollback.merge
      ? [
          `PUT ${revertPaths.pulls(targetId)}/{number}/merge (once its checks have passed, and only where it takes back one change)`,
        ]
      : []),
  ],
  prepare: (step) =>
    step.request.undoes === undefined
      ? planRevert(step)
      : closeRevert.prepare(step, step.request.undoes),
  act: (step, prepared) =>
    isClosing(prepared) ? closeRevert.act(step, prepared) : act(step, prepared),
  look: (step, prepared, called) =>
    isClosing(prepared) ? closeRevert.look(step, prepared, called) : look(step, prepared, called),
  report: (step, prepared) =>
    isClosing(prepared) ? closeRevert.report(step, prepared) : endOfRevert(step, prepared),
};

async function act(
  step: RevertStep,
  prepared: Prepared,
): Promise<Readonly<Record<string, unknown>>> {
  const plan = revertPlan(step, prepared);
  const pull = await ensurePull(step, plan);
  if (isOver(pull)) return opened(step, prepared, pull);
  const why = isMerged(step, plan.to.takes_back) ? await mergePull(step, plan, pull) : '';
  return { ...opened(step, prepared, pull), ...(why === null ? {} : waiting(plan, pull, why)) };
}

/** What a person is told where the end is in a person's hands. */
function waiting({ to }: RevertPlan, { number, html_url: url }: Pull, why = '') {
  const because = why === '' ? '' : ` (${why})`;
  const taken = to.takes_back === null ? '' : `; ${takenBackLine(to.takes_back)}`;
  return {
    waits_for: `pull request #${number} waits for a person to merge it${because}: ${url}${taken}`,
  };
}

async function look(step: RevertStep, prepared: Prepared, called: Called): Promise<Looked> {
  const plan = revertPlan(step, prepared);
  const { to } = plan;
  const pull = await step.calls.pullOf(to.branch);
  if (pull !== undefined) {
    return isMerged(step, to.takes_back) && !isOver(pull)
      ? { kind: 'partly', why: `pull request #${pull.number} is not merged` }
      : { kind: 'done', result: { ...opened(step, prepared, pull), ...unlessOver(plan, pull) } };
  }
  return (await step.calls.head(to.branch)) === null
    ? nothingSeen(step, called, 'new branch')
    : { kind: 'partly', why: `${to.branch} is there, and no pull request` };
}

const unlessOver = (plan: RevertPlan, pull: Pull) => (isOver(pull) ? {} : waiting(plan, pull));
