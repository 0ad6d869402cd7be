import { type NeonEndpoint, type NeonOperation, neonWorld, type World } from './neon/world.js';
import { vendorOperations } from './vendor/description.js';
import { startVendorServer, type VendorServer } from './vendor/server.js';

/** What a server is started with. */
export interface NeonServerOptions {
  /** The only API key that is let in. */
  readonly token: string;
  readonly project: string;
  readonly endpoint: NeonEndpoint;
  readonly operations?: readonly NeonOperation[];
  /** Neon's own clock; the real one by default. */
  readonly now?: () => Date;
  /** Whether a restart ends at once (default), or by `settle`. */
  readonly finish?: 'at_once' | 'by_hand';
}

/** Neon's API on this machine. */
export interface NeonServer extends VendorServer, Omit<World, 'perform'> {}

const OPERATIONS = vendorOperations('neon');

/** Every operation that the adapter can call, with the statuses that are documented for it. */
export const neonStatuses: ReadonlyMap<string, readonly number[]> = new Map(
  OPERATIONS.map(({ id, statuses }) => [id, statuses]),
);

/** Start Neon's API, over one endpoint of one project; its address is for `NEON_API_URL`. */
export async function startNeonServer(options: NeonServerOptions): Promise<NeonServer> {
  const { token, now = () => new Date(), finish = 'at_once', operations = [], ...rest } = options;
  const world = neonWorld({ ...rest, operations, now, finish });
  const server = await startVendorServer({
    operations: OPERATIONS,
    base: '/api/v2',
    token,
    accepts: 'application/json',
    headers: {},
    errorBody: (message) => ({ code: '', message }),
    perform: world.perform,
  });
  return { ...server, ...world };
}
