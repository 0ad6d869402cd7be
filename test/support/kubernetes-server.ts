import { kubernetesWorld, type World, type WorldOptions } from './kubernetes/world.js';
import { vendorOperations } from './vendor/description.js';
import type { Identity } from './vendor/listen.js';
import { startVendorServer, type VendorServer } from './vendor/server.js';

/** What a server is started with. */
export interface KubernetesServerOptions extends Partial<WorldOptions> {
  /** The only token that is let in. */
  readonly token: string;
  /** A certificate and its key in PEM, for https. */
  readonly tls?: Identity;
}

/** An API server on this machine. */
export interface KubernetesServer extends VendorServer, Omit<World, 'perform'> {}

const JSON_PATCH = 'application/json-patch+json';
const MERGE = 'application/strategic-merge-patch+json';

/** Start an API server over one Deployment, which ran two images; its address is for `KUBERNETES_API_URL`. */
export async function startKubernetesServer(
  options: KubernetesServerOptions,
): Promise<KubernetesServer> {
  const { token, tls, images = ['shop:1', 'shop:2'], replicas = 2, ...given } = options;
  const { autoscalers = [], finish = 'at_once', now = () => new Date() } = given;
  const world = kubernetesWorld({ images, replicas, autoscalers, finish, now });
  const server = await startVendorServer({
    operations: vendorOperations('kubernetes'),
    base: '',
    token,
    tls,
    contentTypes: [JSON_PATCH, MERGE],
    isLetIn: ({ headers }, body) =>
      headers.authorization === `Bearer ${token}` &&
      // A patch that is called by another's name would be taken for something else.
      (body === '' || headers['content-type'] === (body.startsWith('[') ? JSON_PATCH : MERGE)),
    accepts: 'application/json',
    headers: {},
    errorBody: (words) => ({ kind: 'Status', status: 'Failure', message: words, code: 0 }),
    perform: world.perform,
  });
  return { ...server, ...world };
}
