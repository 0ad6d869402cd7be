import { rollbackResult } from '../deployment-rollback.js';
import type { Prepared, Reported } from '../platform.js';
import type { Deployment, Pull } from './answers.js';
import type { RevertStep } from './github-action.js';
import { revertPlan } from './revert-plan.js';
import { failureText } from './told.js';

/** What is kept of a revert whose pull request is there. */
export const opened = (step: RevertStep, prepared: Prepared, { number, html_url: url }: Pull) => ({
  ...rollbackResult(step, prepared, true),
  pull_request: number,
  pull_request_url: url,
});

/** Merged, or closed by somebody. */
export const isOver = ({ state, merged_at: mergedAt }: Pull): boolean =>
  state !== 'open' || (mergedAt ?? null) !== null;

/** A pull request that is merged, and what it was merged as. */
interface Merged {
  readonly pull: Pull;
  readonly at: Date;
  readonly sha: string;
}

/**
 * How a revert ended: pending until its pull request is merged and that is deployed, failed where it was closed
 * without, or the deployment failed.
 */
export async function endOfRevert(step: RevertStep, prepared: Prepared): Promise<Reported> {
  const plan = revertPlan(step, prepared);
  const pull = await step.calls.pullOf(plan.to.branch);
  if (pull === undefined || !isOver(pull)) return { kind: 'pending' };
  const { merged_at: at = null, merge_commit_sha: sha = null } = pull;
  if (at === null) {
    const why = `pull request #${pull.number} was closed without being merged`;
    return { kind: 'failed', why, result: { ...opened(step, prepared, pull), success: false } };
  }
  return sha === null ? { kind: 'pending' } : endOfMerged(step, prepared, { pull, at, sha });
}

async function endOfMerged(
  step: RevertStep,
  prepared: Prepared,
  merged: Merged,
): Promise<Reported> {
  const result = { ...opened(step, prepared, merged.pull), merge_commit: merged.sha };
  const tries = await deploymentsOf(step, merged);
  const ends = await Promise.all(tries.map(({ id }) => endOfOne(step, id)));
  const live = ends.find(({ at }) => at !== null);
  if (live !== undefined) {
    return { kind: 'done', result: { ...result, made_id: live.id }, endedAt: live.at };
  }
  const [newest] = ends;
  const goesOn = newest === undefined || ends.some(({ why }) => why === null);
  return goesOn
    ? { kind: 'pending' }
    : { kind: 'failed', why: newest.why ?? '', result: { ...result, success: false } };
}

/**
 * The deployments that hold it, newest first: of what it was merged as, or of what its base ends with, made since;
 * where several merges follow one another only the last may come to be deployed.
 */
async function deploymentsOf(
  { calls, rollback }: RevertStep,
  { at, sha }: Merged,
): Promise<Deployment[]> {
  const [all, head] = await Promise.all([calls.deployments(), calls.head(rollback.base)]);
  return all.filter((one) => one.sha === sha || (one.sha === head && one.created_at >= at));
}

/** When a deployment went live, or why it came to nothing; neither while it goes on. */
async function endOfOne({ calls }: RevertStep, id: number) {
  const told = await calls.statuses(id);
  const live = told.findLast(({ state }) => state === 'success');
  const states = told.map(({ state }) => state);
  return { id, at: live?.created_at ?? null, why: failureText(id, states) };
}
