import { freePort } from '../postgres/free-port.js';
import { knock } from '../stage/load.js';
import type { Installation } from '../stage/start-installation.js';
import { PLANS, SERVICES, type ServiceName } from './graph.js';
import type { LabApi, LabMode } from './lab-api.js';
import { limitsOf } from './limits.js';
import type { ServiceOrder } from './service-order.js';
import type { Deployer } from './start-deployer.js';

/** Where each service of the graph listens. */
export type Addresses = Readonly<Record<ServiceName, string>>;

/** Time for the whole graph to answer at all. */
const READY_MS = 60_000;

/** What a graph is started with. */
export interface GraphParts {
  readonly installation: Installation;
  readonly deployer: Deployer;
  readonly api: LabApi;
}

/** Register all components of the graph in a mode; safe to repeat. */
export async function registerAll(api: LabApi, addresses: Addresses, mode: LabMode): Promise<void> {
  for (const service of SERVICES) {
    await api.register({ service, mode, url: addresses[service], limits: limitsOf(service) });
  }
}

function orderOf(
  service: ServiceName,
  addresses: Addresses,
  { installation, deployer, key }: Omit<GraphParts, 'api'> & { readonly key: string },
): ServiceOrder {
  const { calls, costMs, pool } = PLANS[service];
  const provider = { url: `${deployer.url}/provider`, deadlineMs: 2000, kind: 'needed' as const };
  return {
    component: service,
    version: 'v1',
    flaw: null,
    url: installation.url,
    key,
    commandKey: installation.commandKey,
    databaseUrl: pool ? installation.databaseUrl : null,
    locks: service === 'db-proxy',
    costMs,
    calls: [
      ...calls.map(({ to, deadlineMs, kind }) => ({ url: addresses[to], deadlineMs, kind })),
      ...(service === 'mail' ? [provider] : []),
    ],
  };
}

/** Register and start the graph, and wait until it serves a request. */
export async function startGraph(parts: GraphParts): Promise<Addresses> {
  const { api, deployer } = parts;
  const ports: (readonly [ServiceName, number])[] = [];
  for (const service of SERVICES) ports.push([service, await freePort()]);
  const urls = ports.map(([service, port]) => [service, `http://127.0.0.1:${port}`]);
  // Every service has an entry: the names come from the list of all of them.
  const addresses = Object.fromEntries(urls) as Addresses;
  await registerAll(api, addresses, 'auto');
  const services = [];
  for (const [service, port] of ports) {
    const key = await api.ingestKey(service);
    services.push({ service, port, order: orderOf(service, addresses, { ...parts, key }) });
  }
  await deployer.order({ what: 'start', services });
  await knock(addresses.edge, READY_MS);
  return addresses;
}
