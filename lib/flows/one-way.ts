import type { App } from '../app.js';
import { AppError } from '../errors.js';
import type { ActionRequest, Prepared } from '../platforms/platform.js';
import { type Deployment, newestOneWay } from '../store/deployments.js';
import type { StoredRecovery } from '../store/recoveries.js';

/**
 * Refuse a rollback to what cannot run any more: to before a change of the database's schema that was seen and that
 * it cannot run with, or to before a deployment that its pipeline has called one-way. That such a one has failed is no
 * comfort: its migration may have run.
 *
 * Where it leads must be known to be newer than that deployment, or be it. An undo returns to what ran a
 * moment ago, and a person who names the version has looked.
 *
 * @throws {AppError} `refused`, naming the boundary
 */
export async function requireCompatible(
  app: App,
  { origin, action, component, componentId }: StoredRecovery,
  undone: ActionRequest['undoes'],
  { after, outdated }: Prepared,
): Promise<void> {
  if (action.name !== 'rollback' || action.rollback_type === 'config') return;
  const isNamed = origin === 'person' && action.to !== undefined && action.to !== 'previous';
  if (undone !== undefined || isNamed) return;
  if (outdated !== undefined) throw new AppError('refused', `${component}: ${outdated}`);
  const boundary = await newestOneWay(app.sql, componentId);
  if (boundary === null || isIt(boundary, after) || isNewer(boundary, after)) return;
  const { version, startedAt, oneWay } = boundary;
  throw new AppError(
    'refused',
    `${component}: nothing from before ${version} (${startedAt.toISOString()}) can run any more: ${oneWay}`,
  );
}

/** What platforms call a version by, as pipelines may, too. */
const NAMES = ['commit', 'sha', 'deploy_id', 'deployment_id', 'image', 'image_sha'] as const;

function isIt({ version, commit, platformRef }: Deployment, after: Prepared['after']): boolean {
  const named = [version, commit, platformRef].filter((name) => name !== null);
  return NAMES.some((part) => named.some((name) => name === after?.[part]));
}

function isNewer({ startedAt }: Deployment, after: Prepared['after']): boolean {
  const madeAt = after?.['created_at'];
  return typeof madeAt === 'string' && new Date(madeAt) > startedAt;
}
