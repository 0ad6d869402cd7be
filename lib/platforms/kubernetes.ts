import { AppError } from '../errors.js';
import { kubernetesCalls } from './kubernetes/calls.js';
import { type Cluster, openCluster } from './kubernetes/cluster.js';
import { liveState } from './kubernetes/live-state.js';
import { restart } from './kubernetes/restart.js';
import { rollback } from './kubernetes/rollback.js';
import { scale } from './kubernetes/scale.js';
import type { Places } from './places.js';
import type { ActionRequest, Platform } from './platform.js';
import { ROLLBACK_KINDS } from './rollback-kinds.js';
import { LOOK_MS, vendorPlatform } from './vendor-action.js';

/** How the adapter to clusters is built. */
export interface KubernetesOptions extends Places {
  /** How long a change may be under way before it can be believed not to come, milliseconds; 15 s by default. */
  readonly settleMs?: number;
}

/** What an API server has taken can be read at once: this is for what is still on the wire. */
const SETTLE_MS = 15_000;

/** What can be done to a Deployment. */
export const KUBERNETES_ACTIONS: Platform['actions'] = ['restart', 'rollback', 'scale'];

/**
 * The Kubernetes API as a {@link Platform}: restart, rollback to a proven revision (as a whole, of its settings, or
 * with its number of pods), scale of Deployments, and what is live.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/deployment-v1/
 */
export function kubernetesPlatform({
  settleMs = SETTLE_MS,
  ...places
}: KubernetesOptions): Platform {
  const opened = new Map<string | null, Cluster>();
  const open = (name: string | null): Cluster => {
    const known = opened.get(name) ?? openCluster(places, name);
    opened.set(name, known);
    return known;
  };
  const platform = vendorPlatform({
    name: 'kubernetes',
    title: 'Kubernetes',
    // Each cluster has an address of its own, which its calls are told with.
    baseUrl: '',
    can: KUBERNETES_ACTIONS,
    actions: { restart, rollback, scale },
    step: (request, signal) => {
      const { cluster: name, ...workload } = targetOf(request);
      const cluster = open(name);
      const calls = kubernetesCalls(within(cluster, signal), workload);
      const targetId = `${workload.namespace}/${workload.deployment}`;
      const address = cluster.vendor.baseUrl;
      return { request, workload, targetId, address, calls, now: places.now(), settleMs };
    },
  });
  return {
    ...platform,
    rollbacks: ROLLBACK_KINDS,
    async state(request) {
      const { cluster, ...workload } = targetOf(request);
      const own = within(open(cluster), AbortSignal.timeout(LOOK_MS));
      return liveState(kubernetesCalls(own, workload));
    },
  };
}

/** The same cluster, for calls that share a time. */
const within = (cluster: Cluster, signal: AbortSignal): Cluster => ({
  ...cluster,
  vendor: { ...cluster.vendor, signal },
});

function targetOf({ target, component }: Pick<ActionRequest, 'target' | 'component'>) {
  if (target.type === 'kubernetes') return target;
  throw new AppError('refused', `${component} does not run in a cluster`);
}
