import { refuse } from '../vendor-action.js';
import type { Deployment } from './answers.js';
import type { GitHubStep } from './github-action.js';
import type { Told } from './rollback-target.js';

/** Deployments whose statuses are read, at most: one call each. */
const LOOKED_AT = 8;

/** The newest deployments to the environment with their states, newest first. */
export async function readTold({ calls }: GitHubStep): Promise<Told[]> {
  const newest = (await calls.deployments()).slice(0, LOOKED_AT);
  return Promise.all(
    newest.map(async (deployment) => ({
      deployment,
      states: (await calls.statuses(deployment.id)).map(({ state }) => state),
    })),
  );
}

/** The highest id among them: a deployment that is newer than all that were seen changes the premise. */
export const newestOf = (told: readonly Told[]): number =>
  Math.max(...told.map(({ deployment }) => deployment.id));

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
