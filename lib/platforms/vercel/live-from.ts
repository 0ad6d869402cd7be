import type { Deployment, Project } from './answers.js';

/**
 * When the live deployment began to serve production, as text; null where Vercel does not tell.
 *
 * Its creation is when its build was asked for: its domains are assigned when it is built and checked, and it may
 * have been promoted or returned to later.
 */
export function liveFrom(
  { lastAliasRequest: last }: Project,
  { uid, ready, aliasAssigned }: Deployment,
): string | null {
  const moved =
    last?.toDeploymentId === uid && last.jobStatus === 'succeeded' ? last.requestedAt : null;
  const known = [moved, aliasAssigned ?? ready ?? null].filter((at) => at !== null);
  return known.length === 0 ? null : new Date(Math.max(...known.map(Number))).toISOString();
}
