import * as z from 'zod';
import type { Looked, Prepared, Reported } from '../platform.js';
import { type Called, CLOCK_SKEW_MS, nothingSeen, refuse } from '../vendor-action.js';
import type { Deployment, Settings } from './answers.js';
import { paths } from './calls.js';
import { markOf, originOf, RECOVERY } from './origin.js';
import {
  liveId,
  moving,
  refuseMoved,
  refusePaused,
  type VercelAction,
  type VercelStep,
} from './vercel-action.js';

/** The state that a redeploy leaves, as it is stored with the recovery. */
const Before = z.object({ deployment_id: z.string().min(1), name: z.string(), origin: z.string() });

/**
 * Build the live deployment's source again and let it serve: what a restart is where nothing runs all the
 * time.
 *
 * The new deployment carries the recovery's id, so that a lost answer is found. Refused where it would not
 * go live, or would bring in settings that nobody has seen run, unless a person asks for that.
 *
 * @see https://vercel.com/docs/rest-api/deployments/create-a-new-deployment
 */
export const redeploy: VercelAction = {
  describe: () => [`POST ${paths.redeploy} (builds the live deployment's source again)`],
  prepare,
  async act(step, prepared) {
    const before = stateOf(step, prepared);
    const project = await step.calls.project();
    refusePaused(step, project);
    refuseMoved(step, project, before.deployment_id);
    const { status, id } = await step.calls.redeploy({
      name: before.name,
      deploymentId: before.deployment_id,
      meta: markOf(step.request.recoveryId, before.origin),
    });
    const message = 'Vercel accepted the redeploy';
    return { ...result(step, message), status_code: status, deployment_id: id };
  },
  look,
  report,
};

async function prepare(step: VercelStep): Promise<Prepared> {
  const project = await step.calls.project();
  refusePaused(step, project);
  if (!project.autoAssignCustomDomains) {
    refuse(step, 'the project assigns no domains by itself: a redeploy would not go live');
  }
  const deployments = await step.calls.deployments();
  const busy = moving(project, deployments);
  if (busy !== null) refuse(step, busy);
  const live = deployments.find(({ uid }) => uid === liveId(project));
  if (live === undefined) refuse(step, 'what serves production is not among its deployments');
  const changed = step.request.byPerson ? null : changedSince(await step.calls.settings(), live);
  if (changed !== null) {
    refuse(step, `${changed} was changed after ${live.uid} was built: only a person may redeploy`);
  }
  const before = { deployment_id: live.uid, name: live.name, origin: originOf(live) };
  return { before, after: null, inverse: null };
}

/** The name of a setting of production that is newer than a deployment, or null. */
function changedSince({ envs }: Settings, { created }: Deployment): string | null {
  const changed = envs.find(({ target = 'production', createdAt = 0, updatedAt = 0 }) => {
    const targets = typeof target === 'string' ? [target] : target;
    return targets.includes('production') && Math.max(createdAt, updatedAt) > created.getTime();
  });
  return changed?.key ?? null;
}

async function look(step: VercelStep, _: Prepared, called: Called): Promise<Looked> {
  const ours = await built(step, called.since);
  if (ours === undefined) return nothingSeen(step, called, 'new deployment');
  const message = 'the answer was lost; a new deployment shows that Vercel took it';
  return {
    kind: 'done',
    result: { ...result(step, message), status_code: null, deployment_id: ours.uid },
  };
}

async function report(step: VercelStep, _: Prepared, since: Date): Promise<Reported> {
  const ours = await built(step, since);
  if (ours === undefined) return { kind: 'pending' };
  const told = { ...result(step, 'redeployed'), deployment_id: ours.uid };
  if (ours.state === 'ERROR' || ours.state === 'CANCELED' || ours.state === 'DELETED') {
    const why = `deployment ${ours.uid} did not go live: ${ours.state.toLowerCase()}`;
    return { kind: 'failed', why, result: { ...told, success: false } };
  }
  const live = liveId(await step.calls.project());
  return live === ours.uid ? { kind: 'done', result: told } : { kind: 'pending' };
}

/** The deployment that this recovery has made, if any. */
async function built({ calls, request }: VercelStep, since: Date): Promise<Deployment | undefined> {
  const deployments = await calls.deployments(new Date(since.getTime() - CLOCK_SKEW_MS));
  return deployments.find(({ meta }) => meta[RECOVERY] === request.recoveryId);
}

/** What was stored before the call. Without it nobody knows what was meant, and nothing is done. */
function stateOf(step: VercelStep, { before }: Prepared): z.infer<typeof Before> {
  const parsed = Before.safeParse(before);
  return parsed.success
    ? parsed.data
    : refuse(step, 'the recovery does not say what served production: plan it anew');
}

function result({ request, targetId }: VercelStep, message: string) {
  return { success: true, service_id: targetId, component: request.component, message };
}
