import { isDeepStrictEqual } from 'node:util';
import type { DeploymentObject, PodTemplate, ReplicaSetObject } from './objects.js';

const REVISION = 'deployment.kubernetes.io/revision';
const HISTORY = 'deployment.kubernetes.io/revision-history';

/** What Kubernetes' own controller of Deployments does, as far as a rollout shows it. */
export interface Controller {
  readonly replicaSets: ReplicaSetObject[];
  /** Roll the newest template out, to its end. */
  reconcile(): void;
  /** See the newest template, and get no further. */
  begin(): void;
  /** See the newest template, and give up on it. */
  fail(): void;
}

/** Whether two templates are one version: whatever the order of their members. */
function isSame(one: PodTemplate, other: PodTemplate): boolean {
  const plain = ({ metadata, spec }: PodTemplate) => {
    const { 'pod-template-hash': _, ...labels } = metadata.labels;
    return [labels, metadata.annotations ?? {}, spec];
  };
  return isDeepStrictEqual(plain(one), plain(other));
}

/** Make the controller of one Deployment. @param now - the cluster's clock, which tells whole seconds */
export function deploymentController(deployment: DeploymentObject, now: () => Date): Controller {
  const replicaSets: ReplicaSetObject[] = [];
  const instant = (): string =>
    now()
      .toISOString()
      .replace(/\.\d+Z$/, 'Z');
  let revision = 0;
  /** When the newest revision was there whole: what happens to its pods afterwards does not change it. */
  let doneAt: string | null = null;

  const adopt = (): void => {
    const { metadata, spec } = deployment;
    const newest = replicaSets.find((one) => one.metadata.annotations[REVISION] === `${revision}`);
    const found = replicaSets.find((one) => isSame(one.spec.template, spec.template));
    if (found === undefined || found !== newest) {
      revision += 1;
      doneAt = null;
    }
    if (found !== undefined && found !== newest) {
      const { annotations } = found.metadata;
      annotations[HISTORY] = [annotations[HISTORY], annotations[REVISION]].filter(Boolean).join();
      annotations[REVISION] = `${revision}`;
    }
    if (found === undefined) {
      const hash = { 'pod-template-hash': `hash${revision}` };
      const labels = { ...spec.template.metadata.labels, ...hash };
      replicaSets.push({
        metadata: {
          name: `shop-hash${revision}`,
          uid: `uid-rs${revision}`,
          resourceVersion: '1',
          creationTimestamp: instant(),
          annotations: { [REVISION]: `${revision}` },
          ownerReferences: [{ kind: 'Deployment', name: metadata.name, uid: metadata.uid }],
        },
        spec: { template: { ...spec.template, metadata: { ...spec.template.metadata, labels } } },
      });
    }
    metadata.annotations[REVISION] = `${revision}`;
  };
  const show = (updated: number, progress: string, reason: string, at = instant()): void => {
    const { replicas } = deployment.spec;
    deployment.metadata.resourceVersion = `${Number(deployment.metadata.resourceVersion) + 1}`;
    deployment.status = {
      observedGeneration: deployment.metadata.generation,
      replicas: updated === replicas ? replicas : replicas + 1,
      updatedReplicas: updated,
      availableReplicas: replicas,
      conditions: [{ type: 'Progressing', status: progress, reason, lastUpdateTime: at }],
    };
  };
  return {
    replicaSets,
    reconcile() {
      adopt();
      doneAt ??= instant();
      show(deployment.spec.replicas, 'True', 'NewReplicaSetAvailable', doneAt);
    },
    begin() {
      adopt();
      show(1, 'True', 'ReplicaSetUpdated');
    },
    fail() {
      adopt();
      show(1, 'False', 'ProgressDeadlineExceeded');
    },
  };
}
