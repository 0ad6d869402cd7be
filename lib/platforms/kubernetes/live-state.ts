import { AppError } from '../../errors.js';
import type { PlatformState } from '../platform.js';
import type { Deployment } from './answers.js';
import type { KubernetesCalls } from './calls.js';
import { liveRevision } from './revisions.js';
import { rolledOutAt } from './rollout.js';
import { templateKey } from './template-key.js';

/**
 * Tell what is live of a Deployment; null while a rollout is in progress or was given up, its rollouts are paused, it
 * is scaled to 0, or the cluster does not tell when its template had been rolled out.
 *
 * Each revision is a life of its own, also where a template is returned to. There is no configuration to tell: a
 * template holds its variables, and brings them back with it.
 */
export async function liveState(calls: KubernetesCalls): Promise<PlatformState | null> {
  const deployment = await calls.deployment();
  const { metadata, spec } = deployment;
  const revision = liveRevision(deployment);
  const liveFrom = rolledOutAt(deployment);
  if (spec.paused || spec.replicas === 0 || revision === null || liveFrom === null) return null;
  return {
    version: templateKey(spec.template),
    // A Deployment that is made anew counts its revisions from 1.
    deployment_id: `${revision}+${metadata.uid}`,
    live_from: liveFrom,
    config: null,
    instances: await wantedPods(calls, deployment),
  };
}

/** How many pods somebody has fixed; null where an autoscaler decides, or nobody may look whether one does. */
async function wantedPods(calls: KubernetesCalls, { spec }: Deployment): Promise<number | null> {
  try {
    return (await calls.autoscalers()).length === 0 ? spec.replicas : null;
  } catch (error) {
    if (error instanceof AppError && error.code !== 'upstream_unavailable') return null;
    throw error;
  }
}
