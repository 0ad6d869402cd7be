import type { FlyMachine } from './fly/machine.js';
import { flyWorld, type World } from './fly/world.js';
import { vendorOperations } from './vendor/description.js';
import { startVendorServer, type VendorServer } from './vendor/server.js';

/** What a server is started with. */
export interface FlyServerOptions {
  /** The only token that is let in; one that begins with `fm` comes with a scheme of its own. */
  readonly token: string;
  /** Name of the one app. */
  readonly app: string;
  readonly machines: readonly FlyMachine[];
  /** Fly.io's own clock; the real one by default. */
  readonly now?: () => Date;
  /** Whether machines come up at once (default), or by `settle`. */
  readonly finish?: 'at_once' | 'by_hand';
}

/** Fly.io's Machines API on this machine. */
export interface FlyServer extends VendorServer, Omit<World, 'perform'> {}

const OPERATIONS = vendorOperations('fly');

/** Every operation that the adapter can call, with the statuses that are documented for it. */
export const flyStatuses: ReadonlyMap<string, readonly number[]> = new Map(
  OPERATIONS.map(({ id, statuses }) => [id, statuses]),
);

/** Start Fly.io's Machines API, over the machines of one app; its address is for `FLY_API_URL`. */
export async function startFlyServer(options: FlyServerOptions): Promise<FlyServer> {
  const { token, app, machines, now = () => new Date(), finish = 'at_once' } = options;
  const world = flyWorld({ app, machines, now, finish });
  const scheme = token.startsWith('fm') ? 'FlyV1' : 'Bearer';
  const server = await startVendorServer({
    operations: OPERATIONS,
    base: '',
    token,
    isLetIn: ({ headers }) => headers.authorization === `${scheme} ${token}`,
    accepts: 'application/json',
    headers: {},
    errorBody: (words) => ({ error: words }),
    perform: world.perform,
  });
  return { ...server, ...world };
}
