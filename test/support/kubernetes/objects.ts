/** A pod template, as far as the stand-in knows it. */
export interface PodTemplate {
  readonly metadata: {
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: { readonly containers: readonly object[] };
}

/** A Deployment as the API server keeps it. */
export interface DeploymentObject {
  readonly kind: 'Deployment';
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    generation: number;
    resourceVersion: string;
    annotations: Record<string, string>;
  };
  readonly spec: {
    replicas: number;
    paused?: boolean;
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
    template: PodTemplate;
  };
  status: {
    observedGeneration: number;
    replicas: number;
    updatedReplicas: number;
    availableReplicas: number;
    conditions: { type: string; status: string; reason: string; lastUpdateTime?: string }[];
  };
}

/** A ReplicaSet as the API server keeps it. */
export interface ReplicaSetObject {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly creationTimestamp: string;
    readonly annotations: Record<string, string>;
    readonly ownerReferences: readonly { kind: string; name: string; uid: string }[];
  };
  readonly spec: { readonly template: PodTemplate };
}

/** An autoscaler as the API server keeps it. */
export interface AutoscalerObject {
  readonly metadata: { readonly name: string; readonly uid: string; resourceVersion: string };
  readonly spec: {
    readonly scaleTargetRef: { readonly kind: string; readonly name: string };
    minReplicas: number;
    readonly maxReplicas: number;
  };
}

/** A template with some image, and a value that nobody else is meant to see. */
export function podTemplate(image: string, value = 'pod-secret'): PodTemplate {
  return {
    metadata: { labels: { app: 'shop' } },
    spec: { containers: [{ name: 'shop', image, env: [{ name: 'KEY', value }] }] },
  };
}

/** A Deployment `shop` whose controller has not seen it yet. */
export function deploymentObject(image: string, replicas = 2): DeploymentObject {
  return {
    kind: 'Deployment',
    metadata: {
      name: 'shop',
      namespace: 'default',
      uid: 'uid-shop',
      generation: 1,
      resourceVersion: '1',
      annotations: {},
    },
    spec: { replicas, selector: { matchLabels: { app: 'shop' } }, template: podTemplate(image) },
    status: {
      observedGeneration: 0,
      replicas: 0,
      updatedReplicas: 0,
      availableReplicas: 0,
      conditions: [],
    },
  };
}

/** An autoscaler of the Deployment `shop`. */
export function autoscalerObject(name: string, most = 6, target = 'shop'): AutoscalerObject {
  return {
    metadata: { name, uid: `uid-${name}`, resourceVersion: '1' },
    spec: {
      scaleTargetRef: { kind: 'Deployment', name: target },
      minReplicas: 2,
      maxReplicas: most,
    },
  };
}
