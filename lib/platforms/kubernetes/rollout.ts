import type { Deployment } from './answers.js';

/** How far a Deployment has come with what is wished of it; `failed` says why. */
export type Rollout =
  | { readonly kind: 'done' }
  | { readonly kind: 'pending' }
  | { readonly kind: 'failed'; readonly why: string };

/**
 * How far a Deployment has come: done once its controller has seen the newest wish, every pod is of the newest
 * template and available, and no older one is left.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#deployment-status
 */
export function rolloutOf({ metadata, spec, status }: Deployment): Rollout {
  if (status.observedGeneration < metadata.generation) return { kind: 'pending' };
  const progress = status.conditions.find(({ type }) => type === 'Progressing');
  if (progress?.status === 'False' && progress.reason === 'ProgressDeadlineExceeded') {
    return { kind: 'failed', why: 'the rollout exceeded its progress deadline' };
  }
  const { replicas, updatedReplicas: updated, availableReplicas: available } = status;
  return updated === spec.replicas && replicas === updated && available === updated
    ? { kind: 'done' }
    : { kind: 'pending' };
}

/**
 * When the newest template had been rolled out whole; null while it is not, or where the cluster does not tell.
 *
 * What a controller has once called rolled out, it leaves so when pods fail, or their number is changed. A
 * Deployment without a progress deadline has no such condition.
 */
export function rolledOutAt(deployment: Deployment): Date | null {
  if (isRollingOut(deployment)) return null;
  const done = deployment.status.conditions.find(
    ({ type, status, reason }) =>
      type === 'Progressing' && status === 'True' && reason === 'NewReplicaSetAvailable',
  );
  return done?.lastUpdateTime ?? null;
}

/** Whether pods of an older template are being replaced just now; one that was given up is not. */
export function isRollingOut(deployment: Deployment): boolean {
  const { metadata, spec, status } = deployment;
  if (rolloutOf(deployment).kind === 'failed') return false;
  const { observedGeneration, replicas, updatedReplicas: updated } = status;
  return (
    observedGeneration < metadata.generation || updated !== spec.replicas || replicas !== updated
  );
}
