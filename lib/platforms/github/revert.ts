import { rollbackResult } from '../deployment-rollback.js';
import type { Looked, Prepared, Reported } from '../platform.js';
import type { VendorAction } from '../vendor-action.js';
import { type Called, nothingSeen } from '../vendor-action.js';
import type { Pull } from './answers.js';
import { closeRevert, isClosing } from './close-revert.js';
import type { RevertStep } from './github-action.js';
import { revertPaths } from './revert-calls.js';
import { planRevert, revertPlan } from './revert-plan.js';
import { ensurePull, mergePull } from './revert-pull.js';
import { failureText } from './told.js';

/**
 * Return to the files of the commit that was deployed with success before, by a pull request.
 *
 * A commit with the earlier files on top of the live one, a branch, a pull request, and if the component says
 * so its merge: each is looked for before it is made, by the branch, which is named after the recovery. It has
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
      ? [`PUT ${revertPaths.pulls(targetId)}/{number}/merge (once its checks have passed)`]
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
    isClosing(prepared) ? closeRevert.report(step, prepared) : report(step, prepared),
};

async function act(
  step: RevertStep,
  prepared: Prepared,
): Promise<Readonly<Record<string, unknown>>> {
  const plan = revertPlan(step, prepared);
  const pull = await ensurePull(step, plan);
  if (isOver(pull)) return opened(step, prepared, pull);
  const why = step.rollback.merge ? await mergePull(step, plan, pull) : '';
  return { ...opened(step, prepared, pull), ...(why === null ? {} : waiting(pull, why)) };
}

/** Merged, or closed by somebody. */
const isOver = ({ state, merged_at: mergedAt }: Pull): boolean =>
  state !== 'open' || (mergedAt ?? null) !== null;

/** What a person is told where the end is in a person's hands. */
function waiting({ number, html_url: url }: Pull, why = '') {
  const because = why === '' ? '' : ` (${why})`;
  return { waits_for: `pull request #${number} waits for a person to merge it${because}: ${url}` };
}

async function look(step: RevertStep, prepared: Prepared, called: Called): Promise<Looked> {
  const { to } = revertPlan(step, prepared);
  const pull = await step.calls.pullOf(to.branch);
  if (pull !== undefined) {
    return step.rollback.merge && !isOver(pull)
      ? { kind: 'partly', why: `pull request #${pull.number} is not merged` }
      : { kind: 'done', result: { ...opened(step, prepared, pull), ...unlessOver(pull) } };
  }
  return (await step.calls.head(to.branch)) === null
    ? nothingSeen(step, called, 'new branch')
    : { kind: 'partly', why: `${to.branch} is there, and no pull request` };
}

const unlessOver = (pull: Pull) => (isOver(pull) ? {} : waiting(pull));

async function report(step: RevertStep, prepared: Prepared): Promise<Reported> {
  const plan = revertPlan(step, prepared);
  const pull = await step.calls.pullOf(plan.to.branch);
  if (pull === undefined || !isOver(pull)) return { kind: 'pending' };
  const { merged_at: mergedAt = null, merge_commit_sha: merged = null } = pull;
  if (mergedAt === null) {
    const why = `pull request #${pull.number} was closed without being merged`;
    return { kind: 'failed', why, result: { ...opened(step, prepared, pull), success: false } };
  }
  return merged === null ? { kind: 'pending' } : deployed(step, prepared, { pull, merged });
}

/** Whether what it was merged as has been deployed, as everything is that is on that branch. */
async function deployed(
  step: RevertStep,
  prepared: Prepared,
  { pull, merged }: { readonly pull: Pull; readonly merged: string },
): Promise<Reported> {
  const result = { ...opened(step, prepared, pull), merge_commit: merged };
  const made = (await step.calls.deployments()).find(({ sha }) => sha === merged);
  if (made === undefined) return { kind: 'pending' };
  const told = await step.calls.statuses(made.id);
  const live = told.findLast(({ state }) => state === 'success');
  if (live !== undefined) {
    return {
      kind: 'done',
      result: { ...result, made_id: made.id },
      endedAt: live.created_at,
    };
  }
  const why = failureText(
    made.id,
    told.map(({ state }) => state),
  );
  return why === null
    ? { kind: 'pending' }
    : { kind: 'failed', why, result: { ...result, success: false } };
}

const opened = (step: RevertStep, prepared: Prepared, { number, html_url: url }: Pull) => ({
  ...rollbackResult(step, prepared, true),
  pull_request: number,
  pull_request_url: url,
});
