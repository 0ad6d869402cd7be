import { refuse, type VendorAction, type VendorStep } from '../vendor-action.js';
import type { Deployment } from './answers.js';
import type { KubernetesCalls, Workload } from './calls.js';
import { isRollingOut, type Rollout, rolloutOf } from './rollout.js';

/** What one step of an action in a cluster works with; its target is `namespace/deployment`. */
export interface KubernetesStep extends VendorStep {
  readonly calls: KubernetesCalls;
  readonly workload: Workload;
  /** The API server's address, for a dry run. */
  readonly address: string;
}

/** One action in a cluster. */
export type KubernetesAction = VendorAction<KubernetesStep>;

/** Refuse what would do nothing, or meet a rollout in its middle; a person may do the latter. */
export function refuseUnsettled(step: KubernetesStep, deployment: Deployment): void {
  const { spec } = deployment;
  if (spec.paused) refuse(step, 'its rollouts are paused: resume them first');
  if (spec.replicas === 0) refuse(step, 'it is scaled to 0: nothing runs that could be helped');
  if (step.request.byPerson || !isRollingOut(deployment)) return;
  refuse(step, 'a rollout is in progress: wait for its end, or let a person decide');
}

/**
 * How far the Deployment has come since a change of ours: for a moment after it the controller still tells of the
 * rollout before, which may have failed.
 */
export function rolloutSince(step: KubernetesStep, deployment: Deployment, since: Date): Rollout {
  const rollout = rolloutOf(deployment);
  const isEarly = step.now.getTime() - since.getTime() < step.settleMs;
  return rollout.kind === 'failed' && isEarly ? { kind: 'pending' } : rollout;
}
