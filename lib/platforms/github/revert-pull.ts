import { SECOND } from '../../domain/time.js';
import { AppError } from '../../errors.js';
import type { Pull } from './answers.js';
import type { RevertStep } from './github-action.js';
import { isMade, isMerged, type RevertPlan, requireHead } from './revert-plan.js';
import { short, takenBackList, takenBackText } from './taken-back.js';
import { refuseNewer } from './told.js';

/** How long checks are waited for, milliseconds; then a person merges. Five attempts of `LATER_S` are within it. */
const CHECKS_MS = 240 * SECOND;
/** When to look at the checks again, seconds: sooner than a recovery counts as lost. */
const LATER_S = 60;

/** States of a pull request whose checks have passed, and which nothing else holds up. */
const READY: ReadonlySet<string> = new Set(['clean', 'has_hooks']);

/** The pull request of a recovery: the one that is there, or a new one, from wherever an attempt before has come to. */
export async function ensurePull(step: RevertStep, plan: RevertPlan): Promise<Pull> {
  const { calls } = step;
  const { branch } = plan.to;
  const known = await calls.pullOf(branch);
  if (known !== undefined) return known;
  if ((await calls.head(branch)) === null) await makeBranch(step, plan);
  const opened = await calls.openPull({
    title: `Revert to ${short(plan.to.sha)}`,
    body: bodyText(step, plan),
    head: branch,
    base: step.rollback.base,
  });
  const pull = opened ?? (await calls.pullOf(branch));
  if (pull !== undefined) return pull;
  throw new AppError('upstream_refused', `GitHub opened no pull request for ${branch}`);
}

async function makeBranch(step: RevertStep, { from, to }: RevertPlan): Promise<void> {
  const { calls, request } = step;
  await refuseNewer(step, from.newest);
  await requireHead(step, from.sha);
  const message = `Revert to ${short(to.sha)}\n\nPuts the files of ${to.sha} back in place of those of ${from.sha}.\nForestall, recovery ${request.recoveryId}`;
  const sha = await calls.makeCommit({ message, tree: to.tree, parent: from.sha });
  if (await calls.makeBranch(to.branch, sha)) return;
  if ((await calls.head(to.branch)) !== null) return;
  throw new AppError('upstream_refused', `GitHub made no branch ${to.branch}`);
}

function bodyText(step: RevertStep, { from, to }: RevertPlan) {
  const { request, environment, rollback } = step;
  const { component, recoveryId } = request;
  const taken = to.takes_back;
  return [
    `Forestall rolls \`${component}\` back: ${from.sha} is live in ${environment} and does harm.`,
    `This puts all files back as they were in ${to.sha}, the commit that was deployed with success before.`,
    ...(taken === null
      ? []
      : [
          `Look at it closely: ${takenBackText(taken)}. Whatever else is deployed from ${rollback.base} loses them, too.`,
          takenBackList(taken),
        ]),
    isMerged(step, taken)
      ? 'Forestall merges it once its checks have passed.'
      : 'Merge it to roll back, and close it to leave things as they are.',
    `Recovery: ${recoveryId}`,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/**
 * Merge a pull request once its checks have passed, if it is still what was made and its branch still ends with
 * what was live.
 *
 * @returns null once it is merged; else why that is left to a person
 * @throws {AppError} `upstream_unavailable` while the checks may yet end
 */
export async function mergePull(
  step: RevertStep,
  plan: RevertPlan,
  { number, created_at: createdAt }: Pull,
): Promise<string | null> {
  const { calls, rollback } = step;
  const { mergeable_state: state, head, merged_at: mergedAt } = await calls.pull(number);
  if ((mergedAt ?? null) !== null) return null;
  const foreign = await foreignText(step, plan, head.sha);
  if (foreign !== null) return foreign;
  const ageMs = step.now.getTime() - createdAt.getTime();
  // Checks that have not begun yet look like none at all.
  if (READY.has(state) && ageMs >= step.settleMs) {
    const status = await calls.mergePull(number, { sha: head.sha, method: rollback.merge_method });
    return status === 200 ? null : `GitHub would not merge it (${status})`;
  }
  if (state === 'dirty') return 'it conflicts with its base';
  if (ageMs >= CHECKS_MS) return `its checks have not passed in time (it is ${state})`;
  throw new AppError(
    'upstream_unavailable',
    `${step.request.component} (${step.targetId}): pull request #${number} waits for its checks`,
    { retryAfterS: LATER_S },
  );
}

/** What somebody else has done to it meanwhile; null where nobody has. */
async function foreignText(
  { calls, rollback }: RevertStep,
  { from, to }: RevertPlan,
  headSha: string,
): Promise<string | null> {
  const head = await calls.commit(headSha);
  if (!isMade(head, { tree: to.tree, parent: from.sha }))
    return `somebody else has changed ${to.branch}`;
  return (await calls.head(rollback.base)) === from.sha
    ? null
    : `${rollback.base} has moved on since`;
}
