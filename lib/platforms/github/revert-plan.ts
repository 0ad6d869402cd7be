import * as z from 'zod';
import { storedStates } from '../deployment-rollback.js';
import type { Prepared } from '../platform.js';
import { refuse } from '../vendor-action.js';
import type { Commit } from './answers.js';
import { findTarget, type Trees } from './find-target.js';
import type { RevertStep } from './github-action.js';
import type { Told } from './rollback-target.js';
import { short, TakenBack, takenBack } from './taken-back.js';
import { storedDeployment, storedLive } from './told.js';

/** What a revert leaves, as it is stored with the recovery. */
export const RevertBefore = z.object({
  deployment_id: z.number(),
  sha: z.string().min(1),
  newest: z.number(),
});

/** What it leads to. */
export const RevertAfter = z.object({
  deployment_id: z.number(),
  sha: z.string().min(1),
  /** The files of that commit, by their hash. */
  tree: z.string().min(1),
  /** The branch that the revert is on, named by the recovery. */
  branch: z.string().min(1),
  /** What it takes back besides the newest change; null where that is nothing. */
  takes_back: TakenBack.nullable().default(null),
});

/** What a revert puts on its branch: one commit of these files on top of that parent. */
export const Made = z.object({
  branch: z.string().min(1),
  tree: z.string().min(1),
  parent: z.string().min(1),
});

/** Whether a commit is what a revert has made, and not what somebody else has put on its branch. */
export const isMade = (
  commit: Commit | null,
  { tree, parent }: Pick<z.infer<typeof Made>, 'tree' | 'parent'>,
): boolean => commit?.tree.sha === tree && commit.parents[0]?.sha === parent;

/** Between which versions a revert goes, and on which branch. */
export interface RevertPlan {
  readonly from: z.infer<typeof RevertBefore>;
  readonly to: z.infer<typeof RevertAfter>;
}

/** The branch of one recovery: what is on it is its own, whichever attempt has made it. */
export const revertBranch = (recoveryId: string): string => `forestall/revert-${recoveryId}`;

/**
 * Fix which commit is reverted and to whose files.
 *
 * Versions are told apart by their files: a revert that was merged is a commit of its own, and must not be taken
 * for news, or the next rollback would bring the fault back. Only what is both live and the head of the deployed
 * branch is reverted; later commits would be taken back with it.
 *
 * @throws {AppError} `refused` where there is nothing to return to, or something else on the branch
 */
export async function planRevert(step: RevertStep): Promise<Prepared> {
  const { action, recoveryId, onlyLook = false } = step.request;
  if (action.name !== 'rollback' || action.rollback_type !== 'deployment') {
    refuse(step, 'through GitHub only a deployment can be rolled back');
  }
  const { told, trees, from, to } = await findTarget(step, (known) => treesOf(step, known));
  const tree = treeOf(step, trees, to.sha);
  if (tree === treeOf(step, trees, from.sha)) {
    refuse(step, `${to.sha} has the files that are live already`);
  }
  await requireHead(step, from.sha);
  // A look is done with it: whether it could be reverted does not depend on that.
  const takes_back = onlyLook ? null : await takenBack(step, from.sha, to.sha);
  return {
    before: { ...storedLive(told, from), base: step.rollback.base },
    after: { ...storedDeployment(to), tree, branch: revertBranch(recoveryId), takes_back },
    // What is merged is taken back by a person alone; a pull request can be closed.
    inverse: isMerged(step, takes_back)
      ? null
      : { name: 'rollback', rollback_type: 'deployment', to: from.sha },
  };
}

/** Whether Forestall merges it by itself: what takes back more than one change is for a person to merge. */
export const isMerged = ({ rollback }: RevertStep, takesBack: TakenBack | null): boolean =>
  rollback.merge && takesBack === null;

/** The hash of each commit's files; without those that the repository does not have any more. */
async function treesOf({ calls }: RevertStep, told: readonly Told[]): Promise<Trees> {
  const lived = told.filter(({ states }) => states.includes('success'));
  const shas = [...new Set(lived.map(({ deployment }) => deployment.sha))];
  const found = await Promise.all(
    shas.map(async (sha) => [sha, (await calls.commit(sha))?.tree.sha] as const),
  );
  return new Map(found.flatMap(([sha, tree]) => (tree === undefined ? [] : [[sha, tree]])));
}

/** Without the files of either end nobody knows what would be put back, or whether that was done before. */
function treeOf(step: RevertStep, trees: Trees, sha: string): string {
  return trees.get(sha) ?? refuse(step, `the repository has no commit ${sha} any more`);
}

/** Refuse unless the deployed branch ends with what is live. */
export async function requireHead(step: RevertStep, live: string): Promise<void> {
  const { base } = step.rollback;
  const head = await step.calls.head(base);
  if (head === live) return;
  refuse(
    step,
    head === null
      ? `there is no branch ${base}`
      : `${base} ends with ${short(head)} and ${short(live)} is live: a revert would take back what was not deployed, too`,
  );
}

/** What was stored before the call. @throws {AppError} `refused` without it */
export const revertPlan = (step: RevertStep, prepared: Prepared): RevertPlan =>
  storedStates(step, prepared, {
    before: RevertBefore,
    after: RevertAfter,
    between: 'deployments',
  });
