import type { PlatformState } from '../platform.js';
import type { Deploy, Service } from './answers.js';
import type { RenderCalls } from './calls.js';
import { ENDED } from './deploy-ends.js';
import { versionKey, versionOf } from './version.js';

/** How many instances are wanted; null where autoscaling decides, or the type of service has none. */
export function wantedInstances({ serviceDetails }: Service): number | null {
  const { numInstances, autoscaling } = serviceDetails;
  return autoscaling?.enabled === true ? null : (numInstances ?? null);
}

/** When a live deploy went live, as text: a build may take long after its creation; null where Render does not tell. */
export const liveFrom = ({ finishedAt }: Deploy): string | null =>
  finishedAt?.toISOString() ?? null;

/**
 * Tell what is live of a service; null while a deploy is in progress, nothing is live, Render does not tell since
 * when, or it is suspended.
 *
 * A rollback runs with the variables of the deploy that it returned to, and Render shows only those that the
 * next deploy gets: of a live rollback the configuration is not known.
 *
 * @param known - deploys whose variables are not read again
 */
export async function liveState(
  calls: RenderCalls,
  known: ReadonlySet<string> = new Set(),
): Promise<PlatformState | null> {
  const deploys = await calls.newestDeploys();
  const live = deploys.find(({ status }) => status === 'live');
  if (live === undefined || deploys.some(({ status }) => !ENDED.has(status))) return null;
  const version = versionKey(versionOf(live));
  const { finishedAt = null } = live;
  if (version === null || finishedAt === null) return null;
  const service = await calls.service();
  if (service.suspended !== 'not_suspended') return null;
  const isTold = live.trigger !== 'rollback' && !known.has(live.id);
  return {
    version,
    deployment_id: live.id,
    live_from: finishedAt,
    config: isTold ? await calls.envVars() : null,
    instances: wantedInstances(service),
  };
}
