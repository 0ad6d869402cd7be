import * as z from 'zod';
import { rollbackResult } from '../deployment-rollback.js';
import type { ActionRequest, Looked, Prepared, Reported } from '../platform.js';
import { type Called, nothingSeen, refuse } from '../vendor-action.js';
import type { Pull } from './answers.js';
import type { RevertStep } from './github-action.js';
import { isMade, Made, RevertAfter, RevertBefore } from './revert-plan.js';

/** What is closed, as it is stored with the recovery. */
const Closing = z.object({ closes: Made });

/** Whether a recovery takes back a revert that nobody has merged. */
export const isClosing = ({ before }: Prepared): boolean => Closing.safeParse(before).success;

/**
 * Take a revert back that is not merged: close its pull request, and remove its branch.
 *
 * What was merged stays: others may have built upon it, so a person reverts it. A branch to which somebody else has
 * committed stays, too, and the result says so: nothing else may hold that work.
 */
export const closeRevert = { prepare, act, look, report };

async function prepare(
  step: RevertStep,
  undone: NonNullable<ActionRequest['undoes']>,
): Promise<Prepared> {
  const closes = madeBy(step, undone);
  const pull = await step.calls.pullOf(closes.branch);
  requireUnmerged(step, pull);
  if (pull?.state !== 'open' && (await branchState(step, closes)) !== 'ours') {
    refuse(
      step,
      'its pull request is closed, and nothing else of it is left: there is nothing to undo',
    );
  }
  const number = pull?.number ?? null;
  return {
    before: { closes: { ...closes, pull_request: number } },
    after: { pull_request: number, state: 'closed' },
    inverse: null,
  };
}

/** What the recovery that is undone has made. */
function madeBy(
  step: RevertStep,
  undone: NonNullable<ActionRequest['undoes']>,
): z.infer<typeof Made> {
  const before = RevertBefore.safeParse(undone.before);
  const after = RevertAfter.safeParse(undone.after);
  if (!before.success || !after.success) {
    return refuse(step, 'what it would undo does not say on which branch it is');
  }
  const { branch, tree } = after.data;
  return { branch, tree, parent: before.data.sha };
}

/** Whether the branch is there, and still ends with what Forestall has put on it. */
async function branchState(
  { calls }: RevertStep,
  closes: z.infer<typeof Made>,
): Promise<'ours' | 'changed' | 'gone'> {
  const head = await calls.head(closes.branch);
  if (head === null) return 'gone';
  return isMade(await calls.commit(head), closes) ? 'ours' : 'changed';
}

function requireUnmerged(step: RevertStep, pull: Pull | undefined): void {
  if (pull === undefined || (pull.merged_at ?? null) === null) return;
  refuse(step, `pull request #${pull.number} is merged: only a person can take that back`);
}

async function act(
  step: RevertStep,
  prepared: Prepared,
): Promise<Readonly<Record<string, unknown>>> {
  const closes = closesOf(step, prepared);
  const pull = await step.calls.pullOf(closes.branch);
  requireUnmerged(step, pull);
  if (pull?.state === 'open') await step.calls.closePull(pull.number);
  const state = await branchState(step, closes);
  if (state === 'ours') await step.calls.removeBranch(closes.branch);
  return closed(step, prepared, state === 'changed');
}

/** What is kept of a revert that was closed. */
function closed(step: RevertStep, prepared: Prepared, isChanged: boolean) {
  const { branch } = closesOf(step, prepared);
  return {
    ...rollbackResult(step, prepared, true),
    ...(isChanged && { branch_left: `${branch} stays: somebody else has changed it` }),
  };
}

async function look(step: RevertStep, prepared: Prepared, called: Called): Promise<Looked> {
  const closes = closesOf(step, prepared);
  const pull = await step.calls.pullOf(closes.branch);
  if (pull?.state === 'open') return nothingSeen(step, called, 'closed pull request');
  const state = await branchState(step, closes);
  return state === 'ours'
    ? { kind: 'partly', why: `${closes.branch} is there, and its pull request is not open` }
    : { kind: 'done', result: closed(step, prepared, state === 'changed') };
}

async function report(step: RevertStep, prepared: Prepared): Promise<Reported> {
  const closes = closesOf(step, prepared);
  const pull = await step.calls.pullOf(closes.branch);
  if (pull?.state === 'open') return { kind: 'pending' };
  if ((pull?.merged_at ?? null) !== null) {
    return { kind: 'failed', why: `pull request #${pull?.number} was merged`, result: null };
  }
  const state = await branchState(step, closes);
  return { kind: 'done', result: closed(step, prepared, state === 'changed') };
}

function closesOf(step: RevertStep, { before }: Prepared): z.infer<typeof Made> {
  const stored = Closing.safeParse(before);
  return stored.success
    ? stored.data.closes
    : refuse(step, 'the recovery does not say what it closes: plan it anew');
}
