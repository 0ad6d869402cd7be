import { AppError } from '../../errors.js';
import type { PlatformState } from '../platform.js';
import type { Deployment, Project } from './answers.js';
import type { VercelCalls } from './calls.js';
import { changedSince } from './changed-since.js';
import { liveFrom } from './live-from.js';
import { readConfig, type VercelConfig } from './read-config.js';
import { stateId } from './state-id.js';
import { liveId, moving } from './vercel-action.js';
import { versionOf } from './version.js';

/**
 * Tell what serves production; null while production moves by itself, nothing serves it, or it is paused.
 *
 * Variables are baked into a deployment when it is built, and Vercel shows only those that the next one gets: of
 * one that was rolled back to, or whose variables were changed since it was built, the configuration is not known.
 */
export async function liveState(calls: VercelCalls): Promise<PlatformState | null> {
  const project = await calls.project();
  if (project.paused) return null;
  const deployments = await calls.deployments();
  const live = deployments.find(({ uid }) => uid === liveId(project));
  if (live === undefined || moving(project, deployments) !== null) return null;
  const config = await configOf(calls);
  const from = servesFrom(project, live, config);
  if (from === null) return null;
  const isBaked =
    !wasRolledBackTo(project, live) && changedSince(config?.listed ?? [], live) === null;
  return {
    version: versionOf(live),
    deployment_id: liveStateId(project, live, config),
    live_from: from,
    config: isBaked ? (config?.settings ?? null) : null,
    instances: null,
  };
}

/** What is live is worth knowing also where the token may not read the configuration. */
async function configOf(calls: VercelCalls): Promise<VercelConfig | null> {
  try {
    return await readConfig(calls);
  } catch (error) {
    if (error instanceof AppError && error.code !== 'upstream_unavailable') return null;
    throw error;
  }
}

/** When what is live began to serve as it does; null where Vercel does not tell. */
export function servesFrom(
  project: Project,
  live: Deployment,
  config: Pick<VercelConfig, 'edge'> | null,
): Date | null {
  const from = liveFrom(project, live);
  if (from === null) return null;
  return new Date(Math.max(Date.parse(from), config?.edge?.changedAt.getTime() ?? 0));
}

/** The name of what is live. */
export function liveStateId(
  project: Project,
  live: Deployment,
  config: Pick<VercelConfig, 'edge'> | null,
): string {
  return stateId(live.uid, {
    since: liveSince(project, live, config),
    created: live.created,
    edgeItems: config?.edge?.items ?? null,
  });
}

/** What a state is named by: the last of the instants that Vercel tells of it. */
function liveSince(
  { lastAliasRequest: last }: Project,
  { uid, created }: Deployment,
  config: Pick<VercelConfig, 'edge'> | null,
): Date {
  const moved = last?.toDeploymentId === uid && last.jobStatus === 'succeeded';
  const instants = [
    created.getTime(),
    moved ? last.requestedAt.getTime() : 0,
    config?.edge?.changedAt.getTime() ?? 0,
  ];
  return new Date(Math.max(...instants));
}

const wasRolledBackTo = ({ lastAliasRequest: last }: Project, { uid }: Deployment): boolean =>
  last?.type === 'rollback' && last.toDeploymentId === uid && last.jobStatus === 'succeeded';
