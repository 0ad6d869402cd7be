import type { Action } from '../../../lib/domain/decide/action.js';
import { kubernetesPlatform } from '../../../lib/platforms/kubernetes.js';
import type { ActionRequest, Prepared } from '../../../lib/platforms/platform.js';
import { type KubernetesServer, startKubernetesServer } from '../kubernetes-server.js';
import { stored } from '../vendor/outcome.js';
import { askingFor, VendorRig } from '../vendor/rig.js';
import type { WorldOptions } from './world.js';

const TARGET = {
  type: 'kubernetes',
  cluster: null,
  namespace: 'default',
  deployment: 'shop',
} as const satisfies ActionRequest['target'];

/** The adapter to clusters, and an API server with one Deployment `shop`. */
export class KubernetesRig extends VendorRig<KubernetesServer, WorldOptions> {
  constructor() {
    super({
      credential: 'KUBERNETES_TOKEN',
      adapter: ({ baseUrl, ...options }) =>
        kubernetesPlatform({
          ...options,
          address: (name) => (name === 'KUBERNETES_API_URL' ? baseUrl : undefined),
        }),
      start: (given, { token, finish, now }) =>
        startKubernetesServer({ finish, now, ...given, token }),
    });
  }

  /** The image that the Deployment wishes for. */
  get image(): unknown {
    const [container] = this.server.deployment.spec.template.spec.containers;
    return container !== undefined && 'image' in container ? container.image : null;
  }

  /** Prepare, and answer what the database would give back. */
  async prepare(action: Action, given?: Partial<ActionRequest>): Promise<Prepared> {
    return stored(await this.platform().prepare(asking(action, given)));
  }
}

/** A request for an action on the usual Deployment. */
export function asking(
  action: Action,
  { target = TARGET, ...given }: Partial<ActionRequest> = {},
): ActionRequest {
  return askingFor({ target, action }, given);
}
