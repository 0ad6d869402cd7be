import * as z from 'zod';
import type { Looked, Prepared, Reported } from '../platform.js';
import { type Called, CLOCK_SKEW_MS, nothingSeen, refuse } from '../vendor-action.js';
import type { Deployment, Project } from './answers.js';
import { paths } from './calls.js';
import { changedSince } from './changed-since.js';
import { markOf, originOf, RECOVERY } from './origin.js';
import { isProduction } from './settings.js';
import {
  liveId,
  moving,
  refuseMoved,
  refusePaused,
  type VercelAction,
  type VercelStep,
} from './vercel-action.js';

/** The deployment whose source is built again, as it is stored with the recovery. */
export const BuildSource = z.object({
  deployment_id: z.string().min(1),
  name: z.string(),
  origin: z.string(),
});
export type BuildSource = z.infer<typeof BuildSource>;

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
    await buildable(step, before.deployment_id);
    const { status, id } = await buildAgain(step, before);
    const message = 'Vercel accepted the redeploy';
    return { ...result(step, message), status_code: status, deployment_id: id };
  },
  look,
  report,
};

async function prepare(step: VercelStep): Promise<Prepared> {
  return { before: sourceOf(await buildable(step)), after: null, inverse: null };
}

/**
 * The live deployment, if its source may be built again. Looked at right before the call as well: an attempt before
 * may be minutes old, and what somebody deploys meanwhile would be replaced by what this one builds.
 *
 * @param expected - the deployment that was live when it was decided on; any by default
 */
async function buildable(step: VercelStep, expected?: string): Promise<Deployment> {
  const project = await step.calls.project();
  refusePaused(step, project);
  if (expected !== undefined) refuseMoved(step, project, expected);
  refuseUnassigned(step, project);
  const deployments = await step.calls.deployments();
  refuseBusy(step, project, deployments);
  const live = liveOf(step, project, deployments);
  const changed = step.request.byPerson
    ? null
    : changedSince((await step.calls.settings()).filter(isProduction), live);
  if (changed !== null) {
    refuse(step, `${changed} was changed after ${live.uid} was built: only a person may redeploy`);
  }
  return live;
}

/** The deployment that serves production. @throws {AppError} `refused` where it is not among those that are shown */
export function liveOf(
  step: VercelStep,
  project: Project,
  deployments: readonly Deployment[],
): Deployment {
  const live = deployments.find(({ uid }) => uid === liveId(project));
  return live ?? refuse(step, 'what serves production is not among its deployments');
}

/** Refuse a build that would not go live. */
export function refuseUnassigned(step: VercelStep, { autoAssignCustomDomains }: Project): void {
  if (autoAssignCustomDomains) return;
  refuse(step, 'the project assigns no domains by itself: a redeploy would not go live');
}

/** Refuse a build beside another, or while production moves. */
export function refuseBusy(
  step: VercelStep,
  project: Project,
  deployments: readonly Deployment[],
): void {
  const busy = moving(project, deployments);
  if (busy !== null) refuse(step, busy);
}

/** What a build is made of, as it is stored with the recovery. */
export const sourceOf = (live: Deployment): BuildSource => ({
  deployment_id: live.uid,
  name: live.name,
  origin: originOf(live),
});

/** Build a deployment's source again, with the settings of now, marked with the recovery. */
export const buildAgain = ({ calls, request }: VercelStep, source: BuildSource) =>
  calls.redeploy({
    name: source.name,
    deploymentId: source.deployment_id,
    meta: markOf(request.recoveryId, source.origin),
  });

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
  return reportBuild(step, since, result(step, 'redeployed'));
}

/**
 * How the build of this recovery ended: done once it serves production.
 *
 * @param told - kept with the end, with `success` as for a good one
 */
export async function reportBuild(
  step: VercelStep,
  since: Date,
  told: Readonly<Record<string, unknown>>,
): Promise<Reported> {
  const ours = await built(step, since);
  if (ours === undefined) return { kind: 'pending' };
  const found = { ...told, deployment_id: ours.uid };
  if (ours.state === 'ERROR' || ours.state === 'CANCELED' || ours.state === 'DELETED') {
    const why = `deployment ${ours.uid} did not go live: ${ours.state.toLowerCase()}`;
    return { kind: 'failed', why, result: { ...found, success: false } };
  }
  const live = liveId(await step.calls.project());
  return live === ours.uid ? { kind: 'done', result: found } : { kind: 'pending' };
}

/** The deployment that this recovery has made, if any. */
export async function built(
  { calls, request }: VercelStep,
  since: Date,
): Promise<Deployment | undefined> {
  const deployments = await calls.deployments(new Date(since.getTime() - CLOCK_SKEW_MS));
  return deployments.find(({ meta }) => meta[RECOVERY] === request.recoveryId);
}

/** What was stored before the call. Without it nobody knows what was meant, and nothing is done. */
function stateOf(step: VercelStep, { before }: Prepared): BuildSource {
  const parsed = BuildSource.safeParse(before);
  return parsed.success
    ? parsed.data
    : refuse(step, 'the recovery does not say what served production: plan it anew');
}

function result({ request, targetId }: VercelStep, message: string) {
  return { success: true, service_id: targetId, component: request.component, message };
}
