import { fileURLToPath } from 'node:url';
import { ROOT } from '../stack.js';
import type { Api } from '../stage/api.js';
import { knock, type Load, startLoad } from '../stage/load.js';
import { type Installation, neutralEnvironment } from '../stage/start-installation.js';
import { type Supervised, supervise } from '../stage/supervisor.js';
import type { Act } from './acts.js';
import type { ServiceOrder } from './service.js';

/** A service under its supervisor, with traffic. */
export interface Party {
  readonly component: string;
  readonly service: Supervised;
  /** Begin to send traffic. */
  open(): Load;
  /** End traffic and service. Safe to repeat. */
  stop(): Promise<void>;
}

/** Requests a second. */
export const PER_SECOND = 20;
/** A request without a good answer after this time is lost, milliseconds. */
export const LIMIT_MS = 5000;
/** Time for a service to answer at all. */
const READY_MS = 60_000;
/** The service's memory: what V8 dies at, in MiB. */
export const HEAP_MIB = 128;

const FILE = fileURLToPath(new URL('./service.ts', import.meta.url));

/** The garbage collector is there for clean-ups; a small nursery keeps garbage from hiding the leak. */
const ARGS = [
  '--expose-gc',
  `--max-old-space-size=${HEAP_MIB}`,
  '--max-semi-space-size=2',
  '--import',
  'tsx',
  FILE,
];

/**
 * Register a service, start it, and wait until it listens.
 *
 * @param mode - `auto` lets Forestall heal it, `observe` only watch
 */
export async function startParty(
  { url, commandKey, databaseUrl }: Installation,
  api: Api,
  act: Act,
  mode: 'auto' | 'observe',
): Promise<Party> {
  const component = mode === 'auto' ? act.component : `${act.component}-alone`;
  await api.register(component, mode, act.limits);
  const key = await api.ingestKey(component);
  const { fault } = act;
  const order: ServiceOrder = { component, url, key, commandKey, databaseUrl, fault };
  const service = await supervise({
    args: ARGS,
    cwd: ROOT,
    env: { ...neutralEnvironment(process.env), DEMO_SERVICE: JSON.stringify(order) },
  });
  await knock(service.url, READY_MS).catch(async (error: unknown) => {
    await service.stop();
    throw error;
  });
  let load: Load | null = null;
  return {
    component,
    service,
    open() {
      load = startLoad({ url: service.url, perSecond: PER_SECOND, limitMs: LIMIT_MS });
      return load;
    },
    async stop() {
      await load?.stop();
      await service.stop();
    },
  };
}
