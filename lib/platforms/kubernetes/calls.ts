import type * as z from 'zod';
import { type Call, order, request } from '../request.js';
import {
  type Autoscaler,
  Autoscalers,
  Deployment,
  type ReplicaSet,
  ReplicaSets,
} from './answers.js';
import type { Cluster } from './cluster.js';

/** How a Deployment is reached. */
export interface Workload {
  readonly namespace: string;
  readonly deployment: string;
}

/** One operation of a JSON Patch. */
export interface Patch {
  readonly op: 'test' | 'replace';
  readonly path: string;
  readonly value: unknown;
}

/** The calls that recoveries of one Deployment make. All throw as {@link request} does. */
export interface KubernetesCalls {
  deployment(): Promise<Deployment>;
  /** Those of the Deployment. */
  replicaSets(deployment: Deployment): Promise<readonly ReplicaSet[]>;
  /** Those that scale the Deployment. */
  autoscalers(): Promise<readonly Autoscaler[]>;
  /** Merge into the Deployment; what is there already changes nothing. */
  merge(change: object): Promise<number>;
  /** Change the Deployment only where each `test` holds. */
  patch(changes: readonly Patch[]): Promise<number>;
  patchScale(changes: readonly Patch[]): Promise<number>;
  patchAutoscaler(name: string, changes: readonly Patch[]): Promise<number>;
}

const encode = encodeURIComponent;

/** The paths, from the API's address on. */
export const paths = {
  of: (group: string, namespace: string, kind: string) =>
    `/apis/${group}/namespaces/${encode(namespace)}/${kind}`,
  deployment: ({ namespace, deployment }: Workload) =>
    `${paths.of('apps/v1', namespace, 'deployments')}/${encode(deployment)}`,
  autoscalers: ({ namespace }: Workload) =>
    paths.of('autoscaling/v2', namespace, 'horizontalpodautoscalers'),
} as const;

/** Make the calls for one Deployment. */
export function kubernetesCalls(
  { vendor, credential }: Cluster,
  workload: Workload,
): KubernetesCalls {
  const path = paths.deployment(workload);
  const read = async <T>(at: string, answer: z.ZodType<T>, query = {}): Promise<T> =>
    (await request(vendor, { method: 'GET', path: at, query, credential }, answer)).data;
  const change = (at: string, kind: string, body: unknown): Promise<number> => {
    const contentType = `application/${kind}+json`;
    // 409 and 422 tell of a conflict, and of a test that does not hold: not done, so look again.
    const call = { method: 'PATCH', path: at, contentType, credential, later: [409, 422] } as const;
    return order(vendor, { ...call, body } satisfies Call);
  };
  return {
    deployment: () => read(path, Deployment),
    replicaSets: async ({ metadata: { uid }, spec: { selector } }) => {
      const labels = Object.entries(selector.matchLabels);
      const labelSelector = labels.map(([key, value]) => `${key}=${value}`).join(',');
      const at = paths.of('apps/v1', workload.namespace, 'replicasets');
      const { items } = await read(at, ReplicaSets, { labelSelector });
      return items.filter(({ metadata }) =>
        metadata.ownerReferences.some((one) => one.uid === uid),
      );
    },
    autoscalers: async () => {
      const { items } = await read(paths.autoscalers(workload), Autoscalers);
      return items.filter(
        ({ spec: { scaleTargetRef: target } }) =>
          target.kind === 'Deployment' && target.name === workload.deployment,
      );
    },
    merge: (body) => change(path, 'strategic-merge-patch', body),
    patch: (changes) => change(path, 'json-patch', changes),
    patchScale: (changes) => change(`${path}/scale`, 'json-patch', changes),
    patchAutoscaler: (name, changes) =>
      change(`${paths.autoscalers(workload)}/${encode(name)}`, 'json-patch', changes),
  };
}
