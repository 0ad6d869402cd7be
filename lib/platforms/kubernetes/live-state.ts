import { AppError } from '../../errors.js';
import type { PlatformState } from '../platform.js';
import type { Deployment } from './answers.js';
import type { KubernetesCalls } from './calls.js';
import { historyOf, lifeOf } from './life.js';
import { revisionsOf } from './revisions.js';
import { rolledOutAt } from './rollout.js';
import { templateKey } from './template-key.js';

/**
 * Tell what is live of a Deployment; null while a rollout is in progress or was given up, its rollouts are paused, it
 * is scaled to 0, or the cluster does not tell when its template had been rolled out.
 *
 * A template that is returned to begins a life of its own, one that is restarted does not. There is no configuration
 * to tell: a template holds its variables, and brings them back with it.
 */
export async function liveState(calls: KubernetesCalls): Promise<PlatformState | null> {
  const deployment = await calls.deployment();
  const { metadata, spec } = deployment;
  if (spec.paused || spec.replicas === 0 || rolledOutAt(deployment) === null) return null;
  const history = historyOf(deployment, revisionsOf(await calls.replicaSets(deployment)));
  const { id, liveFrom } = lifeOf(deployment, history);
  if (history.length === 0 || liveFrom === null) return null;
  return {
    version: templateKey(spec.template),
    // A Deployment that is made anew counts its revisions from 1.
    deployment_id: `${id}+${metadata.uid}`,
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
