import * as z from 'zod';
import { rollbackResult } from '../deployment-rollback.js';
import type { ActionRequest, Looked, Prepared, Reported } from '../platform.js';
import { type Called, nothingSeen, refuse } from '../vendor-action.js';
import type { Pull } from './answers.js';
import type { RevertStep } from './github-action.js';
import { RevertAfter } from './revert-plan.js';

/** What is closed, as it is stored with the recovery. */
const Closing = z.object({ closes: z.object({ branch: z.string().min(1) }) });

/** Whether a recovery takes back a revert that nobody has merged. */
export const isClosing = ({ before }: Prepared): boolean => Closing.safeParse(before).success;

/**
 * Take a revert back that is not merged: close its pull request, and remove its branch.
 *
 * What was merged stays: others may have built upon it, so a person reverts it.
 */
export const closeRevert = { prepare, act, look, report };

async function prepare(
  step: RevertStep,
  undone: NonNullable<ActionRequest['undoes']>,
): Promise<Prepared> {
  const after = RevertAfter.safeParse(undone.after);
  if (!after.success) return refuse(step, 'what it would undo does not say on which branch it is');
  const { branch } = after.data;
  const pull = await step.calls.pullOf(branch);
  requireUnmerged(step, pull);
  if (pull?.state !== 'open' && (await step.calls.head(branch)) === null) {
    refuse(step, 'its pull request was closed already: there is nothing to undo');
  }
  const number = pull?.number ?? null;
  return {
    before: { closes: { branch, pull_request: number } },
    after: { pull_request: number, state: 'closed' },
    inverse: null,
  };
}

function requireUnmerged(step: RevertStep, pull: Pull | undefined): void {
  if (pull === undefined || (pull.merged_at ?? null) === null) return;
  refuse(step, `pull request #${pull.number} is merged: only a person can take that back`);
}

async function act(
  step: RevertStep,
  prepared: Prepared,
): Promise<Readonly<Record<string, unknown>>> {
  const branch = branchOf(step, prepared);
  const pull = await step.calls.pullOf(branch);
  requireUnmerged(step, pull);
  if (pull?.state === 'open') await step.calls.closePull(pull.number);
  await step.calls.removeBranch(branch);
  return rollbackResult(step, prepared, true);
}

async function look(step: RevertStep, prepared: Prepared, called: Called): Promise<Looked> {
  const branch = branchOf(step, prepared);
  const pull = await step.calls.pullOf(branch);
  if (pull?.state === 'open') return nothingSeen(step, called, 'closed pull request');
  return (await step.calls.head(branch)) === null
    ? { kind: 'done', result: rollbackResult(step, prepared, true) }
    : { kind: 'partly', why: `${branch} is there, and its pull request is not open` };
}

async function report(step: RevertStep, prepared: Prepared): Promise<Reported> {
  const pull = await step.calls.pullOf(branchOf(step, prepared));
  if (pull?.state === 'open') return { kind: 'pending' };
  const isMerged = (pull?.merged_at ?? null) !== null;
  return isMerged
    ? { kind: 'failed', why: `pull request #${pull?.number} was merged`, result: null }
    : { kind: 'done', result: rollbackResult(step, prepared, true) };
}

function branchOf(step: RevertStep, { before }: Prepared): string {
  const stored = Closing.safeParse(before);
  return stored.success
    ? stored.data.closes.branch
    : refuse(step, 'the recovery does not say what it closes: plan it anew');
}
