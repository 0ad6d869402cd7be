import { AppError } from '../../errors.js';
import type { PlatformState, Variables } from '../platform.js';
import type { Deployment, EdgeItem, Project } from './answers.js';
import type { VercelCalls } from './calls.js';
import { changedSince } from './changed-since.js';
import { liveFrom } from './live-from.js';
import { edgeOf, readConfig, type VercelConfig } from './read-config.js';
import { stateId } from './state-id.js';
import { liveId, moving } from './vercel-action.js';
import { versionOf } from './version.js';

/**
 * Tell what serves production; null while production moves by itself, nothing serves it, or it is paused.
 *
 * Variables are baked into a deployment when it is built, and Vercel shows only those that the next one gets: of
 * one that was rolled back to, or whose variables were changed since it was built, the configuration is not known.
 *
 * @param known - states whose variables are not read again
 */
export async function liveState(
  calls: VercelCalls,
  known: ReadonlySet<string> = new Set(),
): Promise<PlatformState | null> {
  const project = await calls.project();
  if (project.paused) return null;
  const deployments = await calls.deployments();
  const live = deployments.find(({ uid }) => uid === liveId(project));
  if (live === undefined || moving(project, deployments) !== null) return null;
  const items = await told(() => calls.edgeItems());
  const edge = items === undefined ? null : edgeOf(items);
  const from = servesFrom(project, live, { edge });
  if (from === null) return null;
  const id = liveStateId(project, live, { edge });
  const isRead = items !== undefined && !known.has(id) && !wasRolledBackTo(project, live);
  return {
    version: versionOf(live),
    deployment_id: id,
    live_from: from,
    config: isRead ? await bakedConfig(calls, live, items) : null,
    instances: null,
  };
}

/** What a deployment was built with; null where that is not known. */
async function bakedConfig(
  calls: VercelCalls,
  live: Deployment,
  items: readonly EdgeItem[] | null,
): Promise<Variables | null> {
  const config = await told(() => readConfig(calls, items));
  return config === undefined || changedSince(config.listed, live) !== null
    ? null
    : config.settings;
}

/** What is live is worth knowing also where the token may not read the configuration: undefined then. */
async function told<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof AppError && error.code !== 'upstream_unavailable') return undefined;
    throw error;
  }
}

/** When what is live began to serve as it does; null where Vercel does not tell. */
export function servesFrom(
  project: Project,
  live: Deployment,
  { edge }: Pick<VercelConfig, 'edge'>,
): Date | null {
  const from = liveFrom(project, live);
  if (from === null) return null;
  return new Date(Math.max(Date.parse(from), edge?.changedAt.getTime() ?? 0));
}

/** The name of what is live. */
export function liveStateId(
  project: Project,
  live: Deployment,
  { edge }: Pick<VercelConfig, 'edge'>,
): string {
  return stateId(live.uid, {
    since: liveSince(project, live, { edge }),
    created: live.created,
    edgeItems: edge?.items ?? null,
  });
}

/** What a state is named by: the last of the instants that Vercel tells of it. */
function liveSince(
  { lastAliasRequest: last }: Project,
  { uid, created }: Deployment,
  { edge }: Pick<VercelConfig, 'edge'>,
): Date {
  const moved = last?.toDeploymentId === uid && last.jobStatus === 'succeeded';
  const instants = [
    created.getTime(),
    moved ? last.requestedAt.getTime() : 0,
    edge?.changedAt.getTime() ?? 0,
  ];
  return new Date(Math.max(...instants));
}

const wasRolledBackTo = ({ lastAliasRequest: last }: Project, { uid }: Deployment): boolean =>
  last?.type === 'rollback' && last.toDeploymentId === uid && last.jobStatus === 'succeeded';
