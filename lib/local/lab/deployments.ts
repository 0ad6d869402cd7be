import { fileURLToPath } from 'node:url';
import { ROOT } from '../stack.js';
import { type Supervised, type SupervisedProgram, supervise } from '../stage/supervisor.js';
import type { DeployerOrder, Exits } from './deployer-order.js';
import type { Flaw } from './faults.js';
import type { ServiceName } from './graph.js';
import type { ServiceOrder } from './service-order.js';

/** Heap at which a service dies, MiB. */
export const HEAP_MIB = 96;
const FILE = fileURLToPath(new URL('./service.ts', import.meta.url));
const ARGS = [
  '--expose-gc',
  `--max-old-space-size=${HEAP_MIB}`,
  '--max-semi-space-size=2',
  '--import',
  'tsx',
  FILE,
];

type Version = Pick<ServiceOrder, 'version' | 'flaw'>;

/** A service, the version that runs, and the one before it. */
interface Deployed {
  readonly order: ServiceOrder;
  readonly port: number;
  running: Supervised | null;
  version: Version;
  former: Version;
}

/** The services that a deployer looks after. */
export interface Deployments {
  start(services: Extract<DeployerOrder, { what: 'start' }>['services']): Promise<void>;
  /** Run a version of a service in place of the one that runs, or start one that was stopped. */
  change(service: ServiceName, version: string, flaw: Flaw | null): Promise<void>;
  /** Return to the version before. @throws {Error} when there is no such service */
  rollBack(service: string): Promise<void>;
  /** Start the version that runs anew, or one that was stopped. @throws {Error} when there is no such service */
  restart(service: string): Promise<void>;
  stop(service: ServiceName): Promise<void>;
  exits(): Exits;
  stopAll(): Promise<void>;
}

function programOf(order: ServiceOrder, { version, flaw }: Version): SupervisedProgram {
  const env = { ...process.env, LAB_SERVICE: JSON.stringify({ ...order, version, flaw }) };
  return { args: ARGS, cwd: ROOT, env };
}

async function run(deployed: Deployed, version: Version): Promise<void> {
  deployed.former = deployed.version;
  deployed.version = version;
  await startAnew(deployed);
}

async function startAnew(deployed: Deployed): Promise<void> {
  const program = programOf(deployed.order, deployed.version);
  if (deployed.running !== null) return deployed.running.replace(program);
  deployed.running = await supervise(program, deployed.port);
}

/** Look after services: one process each, started anew whenever it ends. */
export function createDeployments(): Deployments {
  const all = new Map<string, Deployed>();
  const found = (service: string): Deployed => {
    const deployed = all.get(service);
    if (deployed === undefined) throw new Error(`there is no service ${service}`);
    return deployed;
  };
  return {
    async start(services) {
      const begun = services.map(({ service, port, order }): Promise<void> => {
        const { version, flaw } = order;
        const first = { version, flaw };
        const deployed = { order, port, running: null, version: first, former: first };
        all.set(service, deployed);
        return run(deployed, first);
      });
      await Promise.all(begun);
    },
    change: (service, version, flaw) => run(found(service), { version, flaw }),
    rollBack: async (service) => {
      const deployed = found(service);
      await run(deployed, deployed.former);
    },
    restart: async (service) => startAnew(found(service)),
    async stop(service) {
      const deployed = found(service);
      await deployed.running?.stop();
      deployed.running = null;
    },
    exits: () =>
      Object.fromEntries(
        [...all].map(([name, { running }]) => [name, [...(running?.exits ?? [])]]),
      ),
    async stopAll() {
      await Promise.all([...all.values()].map(({ running }) => running?.stop()));
    },
  };
}
