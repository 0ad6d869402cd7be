import { refuse, type VendorAction, type VendorStep } from '../vendor-action.js';
import type { Deployment } from './answers.js';
import type { KubernetesCalls, Workload } from './calls.js';
import { rolloutOf } from './rollout.js';

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
  if (step.request.byPerson || rolloutOf(deployment).kind !== 'pending') return;
  refuse(step, 'a rollout is in progress: wait for its end, or let a person decide');
}
