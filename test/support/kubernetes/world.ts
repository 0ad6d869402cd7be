import type { Outcome, VendorInput } from '../vendor/server.js';
import { type Controller, deploymentController } from './controller.js';
import {
  type AutoscalerObject,
  type DeploymentObject,
  deploymentObject,
  podTemplate,
} from './objects.js';

/** How a cluster's side behaves. */
export interface WorldOptions {
  /** Images of the Deployment `shop` that were rolled out, oldest first. */
  readonly images: readonly string[];
  readonly replicas: number;
  readonly autoscalers: readonly AutoscalerObject[];
  /** Whether the controller rolls out what is changed at once, or by hand. */
  readonly finish: 'at_once' | 'by_hand';
  /** The cluster's own clock. */
  readonly now: () => Date;
}

/** A cluster's side: a Deployment `shop` in `default`, its controller, and its autoscalers. */
export interface World {
  readonly deployment: DeploymentObject;
  readonly controller: Controller;
  readonly autoscalers: AutoscalerObject[];
  /** What changed something, in order; a patch that changes nothing is none. */
  readonly effects: string[];
  /** Roll an image out, as somebody else; with another value of its variable, if one is given. */
  deploy(image: string, value?: string): void;
  perform(operation: string, input: VendorInput): Outcome;
}

interface Change {
  readonly op: string;
  readonly path: string;
  readonly value: unknown;
}

const failure = (status: number): Outcome => ({ status });

/** Apply a JSON Patch of `test` and `replace`, all or nothing. @returns whether every test held */
function patchJson(target: object, changes: readonly Change[]): boolean {
  const copy = structuredClone(target);
  for (const { op, path, value } of changes) {
    const keys = path.slice(1).split('/');
    const last = keys.pop() ?? '';
    const parent = keys.reduce<Record<string, unknown>>(
      (at, key) => at[key] as Record<string, unknown>,
      copy as Record<string, unknown>,
    );
    if (op === 'test' && JSON.stringify(parent[last]) !== JSON.stringify(value)) return false;
    if (op === 'replace') parent[last] = value;
  }
  Object.assign(target, copy);
  return true;
}

/** Make a cluster's side; every image has been rolled out. */
export function kubernetesWorld({ images, replicas, finish, now, ...given }: WorldOptions): World {
  const deployment = deploymentObject(images[0] ?? 'none', replicas);
  const controller = deploymentController(deployment, now);
  const autoscalers = structuredClone([...given.autoscalers]);
  const effects: string[] = [];
  const raise = (): void => {
    deployment.metadata.generation += 1;
    deployment.metadata.resourceVersion = `${Number(deployment.metadata.resourceVersion) + 1}`;
  };
  const deploy = (image: string, value?: string): void => {
    deployment.spec.template = podTemplate(image, value);
    raise();
    controller.reconcile();
  };
  controller.reconcile();
  for (const image of images.slice(1)) deploy(image);

  /** Do something to the Deployment, and roll it out if that changed what is wished. */
  const change = (operation: string, act: () => boolean): Outcome => {
    const before = JSON.stringify(deployment.spec);
    if (!act()) return failure(422);
    if (JSON.stringify(deployment.spec) !== before) {
      effects.push(operation);
      raise();
      if (finish === 'at_once') controller.reconcile();
    }
    return { status: 200, body: structuredClone(deployment) };
  };
  const merge = (body: unknown): boolean => {
    const { spec } = body as { spec: { template: { metadata: { annotations: object } } } };
    const { template } = deployment.spec;
    const annotations = { ...template.metadata.annotations, ...spec.template.metadata.annotations };
    deployment.spec.template = { ...template, metadata: { ...template.metadata, annotations } };
    return true;
  };
  const acts: Readonly<Record<string, (input: VendorInput) => Outcome>> = {
    readDeployment: () => ({ status: 200, body: structuredClone(deployment) }),
    listReplicaSets: () => ({
      status: 200,
      body: { items: structuredClone(controller.replicaSets) },
    }),
    listAutoscalers: () => ({ status: 200, body: { items: structuredClone(autoscalers) } }),
    patchDeployment: ({ body }) =>
      change('patchDeployment', () =>
        Array.isArray(body) ? patchJson(deployment, body) : merge(body),
      ),
    patchDeploymentScale: ({ body }) => {
      const done = change('patchDeploymentScale', () => patchJson(deployment, body as Change[]));
      const { replicas: now } = deployment.spec;
      return done.status === 200 ? { status: 200, body: { spec: { replicas: now } } } : done;
    },
    patchAutoscaler({ body, params }) {
      const found = autoscalers.find(({ metadata }) => metadata.name === params['name']);
      if (found === undefined) return failure(404);
      if (!patchJson(found, body as Change[])) return failure(422);
      effects.push('patchAutoscaler');
      return { status: 200, body: structuredClone(found) };
    },
  };
  return {
    deployment,
    controller,
    autoscalers,
    effects,
    deploy,
    perform(operation, input) {
      const { namespace, name = 'shop' } = input.params;
      const isThere =
        namespace === 'default' && (operation === 'patchAutoscaler' || name === 'shop');
      return isThere ? (acts[operation]?.(input) ?? failure(404)) : failure(404);
    },
  };
}
