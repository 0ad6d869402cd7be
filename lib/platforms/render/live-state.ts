import type { PlatformState } from '../platform.js';
import type { Service } from './answers.js';
import type { RenderCalls } from './calls.js';
import { ENDED } from './deploy-ends.js';
import { versionKey, versionOf } from './version.js';

/** How many instances are wanted; null where autoscaling decides, or the type of service has none. */
export function wantedInstances({ serviceDetails }: Service): number | null {
  const { numInstances, autoscaling } = serviceDetails;
  return autoscaling?.enabled === true ? null : (numInstances ?? null);
}

/**
 * Tell what is live of a service; null while a deploy is in progress, nothing is live, or it is suspended.
 *
 * A rollback runs with the variables of the deploy that it returned to, and Render shows only those that the
 * next deploy gets: of a live rollback the configuration is not known.
 */
export async function liveState(calls: RenderCalls): Promise<PlatformState | null> {
  const deploys = await calls.newestDeploys();
  const live = deploys.find(({ status }) => status === 'live');
  if (live === undefined || deploys.some(({ status }) => !ENDED.has(status))) return null;
  const version = versionKey(versionOf(live));
  const service = await calls.service();
  if (version === null || service.suspended !== 'not_suspended') return null;
  return {
    version,
    deployment_id: live.id,
    created_at: live.createdAt,
    config: live.trigger === 'rollback' ? null : await calls.envVars(),
    instances: wantedInstances(service),
  };
}
