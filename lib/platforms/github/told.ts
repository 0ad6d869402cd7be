import { refuse } from '../vendor-action.js';
import type { Deployment, DeploymentStatus } from './answers.js';
import type { GitHubStep } from './github-action.js';
import type { Told } from './rollback-target.js';

/** Deployments whose statuses are read, at most: one call each. */
const LOOKED_AT = 8;

/** The newest deployments to the environment, newest first. */
export const newestDeployments = async ({ calls }: GitHubStep): Promise<Deployment[]> =>
  (await calls.deployments()).slice(0, LOOKED_AT);

/** Deployments with their states, in the same order. */
export async function readTold(
  { calls }: GitHubStep,
  deployments: readonly Deployment[],
): Promise<Told[]> {
  return Promise.all(
    deployments.map(async (deployment) => {
      const statuses = await calls.statuses(deployment.id);
      const states = statuses.map(({ state }) => state);
      return { deployment, states, liveFrom: successSince(statuses) };
    }),
  );
}

/** Since when a deployment is a success without another state in between. @param statuses - the latest first */
function successSince(statuses: readonly DeploymentStatus[]): Date | null {
  const other = statuses.findIndex(({ state }) => state !== 'success');
  return statuses.slice(0, other === -1 ? statuses.length : other).at(-1)?.created_at ?? null;
}

/**
 * The live deployment as it is stored with a recovery that leaves it, with the highest id of all that were seen: a
 * newer one changes the premise.
 */
export const storedLive = (told: readonly Told[], live: Deployment) => ({
  ...storedDeployment(live),
  live_from: told.find(({ deployment }) => deployment === live)?.liveFrom?.toISOString() ?? null,
  newest: Math.max(...told.map(({ deployment }) => deployment.id)),
});

/** Refuse where a deployment was made since. @param known - the highest id that was seen */
export async function refuseNewer(step: GitHubStep, known: number): Promise<void> {
  const [newest] = await step.calls.deployments();
  if (newest === undefined || newest.id <= known) return;
  refuse(step, `deployment ${newest.id} was made meanwhile`);
}

/** A deployment as it is stored with a recovery. */
export const storedDeployment = ({ id, sha, created_at: createdAt }: Deployment) => ({
  deployment_id: id,
  sha,
  created_at: createdAt.toISOString(),
});

/** Why a deployment came to nothing; null while it may yet come to something. @param states - the latest first */
export function failureText(id: number, [latest]: readonly string[]): string | null {
  return latest === 'error' || latest === 'failure' || latest === 'inactive'
    ? `deployment ${id} ended as ${latest}`
    : null;
}
