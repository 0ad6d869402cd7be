import * as z from 'zod';
import {
  type AutoDeploy,
  ensureAutoDeployOff,
  readAutoDeploy,
  waitsForResume,
} from '../auto-deploy.js';
import { rollbackResult, storedStates } from '../deployment-rollback.js';
import { outdatedBy, shownRecord } from '../known-standing.js';
import type { Looked, Prepared, Reported } from '../platform.js';
import { type Called, CLOCK_SKEW_MS, nothingSeen, refuse } from '../vendor-action.js';
import type { AliasRequest, Deployment, Project } from './answers.js';
import { paths } from './calls.js';
import { liveFrom } from './live-from.js';
import { rollbackTarget } from './rollback-target.js';
import {
  liveId,
  moving,
  refuseMoved,
  refusePaused,
  type VercelAction,
  type VercelStep,
} from './vercel-action.js';
import { commitOf } from './version.js';

/** The state that a rollback leaves, as it is stored with the recovery. */
const Before = z.object({ deployment_id: z.string().min(1), auto_assign: z.boolean() });

/** The state that it leads to, and by which call. */
const After = z.object({
  deployment_id: z.string().min(1),
  by: z.enum(['rollback', 'promote']),
});

/**
 * Point production at a deployment that served it before, without a build; back to a newer one by promoting
 * it.
 *
 * Vercel stops assigning production's domains to new deployments after a rollback, so that a push does not
 * undo it, until somebody promotes one; `report` reads that back, and sees to it. Environment variables and
 * crons are those of the deployment.
 *
 * @see https://vercel.com/docs/instant-rollback
 */
export const rollback: VercelAction = {
  describe: ({ request: { action }, targetId }) => {
    const to = 'to' in action && action.to !== undefined ? String(action.to) : 'previous';
    return [
      `POST ${paths.rollback(targetId, to)} (or ${paths.promote(targetId, to)}, to a newer one)`,
      `PATCH ${paths.project(targetId)} (switches the assignment of domains off, where it is on)`,
    ];
  },
  prepare,
  act,
  look,
  report,
};

async function prepare(step: VercelStep): Promise<Prepared> {
  const { action, byPerson, known = [], undoes } = step.request;
  if (action.name !== 'rollback') refuse(step, 'it is not to be rolled back');
  const project = await step.calls.project();
  refusePaused(step, project);
  const isUndo = undoes !== undefined;
  const wish = { to: action.to, byPerson, plan: step.plan, known, isUndo };
  const target = rollbackTarget(project, await step.calls.deployments(), wish);
  if (target.kind === 'refused') refuse(step, target.why);
  const { from, to, by } = target;
  const { autoAssignCustomDomains: autoAssign } = project;
  return {
    ...outdatedBy(target),
    before: { ...stored(from), live_from: liveFrom(project, from), auto_assign: autoAssign },
    after: { ...stored(to), by, ...shownRecord(target) },
    // To promote switches the assignment of domains on: where it was off, that is no way back.
    inverse: autoAssign ? { name: 'rollback', rollback_type: 'deployment', to: from.uid } : null,
  };
}

const stored = (deployment: Deployment) => ({
  deployment_id: deployment.uid,
  created_at: deployment.created.toISOString(),
  commit: commitOf(deployment),
});

async function act(
  step: VercelStep,
  prepared: Prepared,
): Promise<Readonly<Record<string, unknown>>> {
  const { from, to } = states(step, prepared);
  const project = await step.calls.project();
  if (liveId(project) === to.deployment_id) {
    return { ...rollbackResult(step, prepared, true), message: 'production stood there already' };
  }
  refusePaused(step, project);
  refuseMoved(step, project, from.deployment_id);
  const busy = moving(project, []);
  if (busy !== null) refuse(step, busy);
  await (to.by === 'rollback'
    ? step.calls.rollback(to.deployment_id, `Forestall, recovery ${step.request.recoveryId}`)
    : step.calls.promote(to.deployment_id));
  return { ...rollbackResult(step, prepared, true), message: `Vercel accepted the ${to.by}` };
}

async function look(step: VercelStep, prepared: Prepared, called: Called): Promise<Looked> {
  const { from, to } = states(step, prepared);
  const project = await step.calls.project();
  const live = liveId(project);
  if (live === to.deployment_id || asked(project, to, called.since) !== null) {
    const message = `the answer was lost; the project shows the ${to.by}`;
    return { kind: 'done', result: { ...rollbackResult(step, prepared, true), message } };
  }
  if (live === from.deployment_id) return nothingSeen(step, called, to.by);
  return { kind: 'unknown', why: `production went to ${live ?? 'nothing'} meanwhile` };
}

async function report(step: VercelStep, prepared: Prepared, since: Date): Promise<Reported> {
  const { from, to } = states(step, prepared);
  const project = await step.calls.project();
  const live = liveId(project);
  if (live === to.deployment_id) {
    const locked = await lock(step, prepared);
    if (locked !== null && waitsForResume(step.request, locked, 'off')) return { kind: 'pending' };
    return { kind: 'done', result: { ...rollbackResult(step, prepared, true), ...locked } };
  }
  const job = asked(project, to, since);
  const why =
    job?.jobStatus === 'failed' || job?.jobStatus === 'skipped'
      ? `the ${to.by} to ${to.deployment_id} ended as ${job.jobStatus}`
      : live !== from.deployment_id
        ? `production went to ${live ?? 'nothing'} instead`
        : null;
  if (why === null) return { kind: 'pending' };
  return { kind: 'failed', why, result: rollbackResult(step, prepared, false) };
}

/** What the project tells of our call, where the last one that it tells of is ours. */
function asked(
  { lastAliasRequest: last }: Project,
  to: z.infer<typeof After>,
  since: Date,
): AliasRequest | null {
  if (last?.type !== to.by || last.toDeploymentId !== to.deployment_id) return null;
  return last.requestedAt.getTime() >= since.getTime() - CLOCK_SKEW_MS ? last : null;
}

/** After a promotion domains are meant to be assigned again; and where they were not, nothing is locked. */
async function lock(step: VercelStep, prepared: Prepared): Promise<AutoDeploy | null> {
  const { from, to } = states(step, prepared);
  if (to.by === 'promote') return null;
  if (!from.auto_assign) return { auto_deploy: 'off' };
  const treat = step.request.paused ? readAutoDeploy : ensureAutoDeployOff;
  return treat({
    title: 'Vercel',
    isOn: async () => (await step.calls.project()).autoAssignCustomDomains,
    switchOff: () => step.calls.switchAutoAssignOff(),
  });
}

const states = (step: VercelStep, prepared: Prepared) =>
  storedStates(step, prepared, { before: Before, after: After, between: 'deployments' });
