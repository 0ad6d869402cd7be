import { vendorOperations } from './vendor/description.js';
import { startVendorServer, type VendorServer } from './vendor/server.js';
import type { VercelProject } from './vercel/project.js';
import { vercelWorld, type World } from './vercel/world.js';

/** What a server is started with. */
export interface VercelServerOptions {
  /** The only token that is let in. */
  readonly token: string;
  readonly projects: readonly VercelProject[];
  /** Vercel's own clock; the real one by default. */
  readonly now?: () => Date;
  /** Whether builds and moves of production end at once (default), or by hand. */
  readonly finish?: 'at_once' | 'by_hand';
}

/** Vercel's API on this machine. */
export interface VercelServer
  extends VendorServer,
    Pick<World, 'state' | 'effects' | 'finishMove' | 'finishBuild'> {}

const OPERATIONS = vendorOperations('vercel');

/** Every operation that the adapter can call, with the statuses that Vercel documents for it. */
export const vercelStatuses: ReadonlyMap<string, readonly number[]> = new Map(
  OPERATIONS.map(({ id, statuses }) => [id, statuses]),
);

/** Start Vercel's API, over projects that it keeps; its address is for `VERCEL_API_URL`. */
export async function startVercelServer(options: VercelServerOptions): Promise<VercelServer> {
  const { token, projects, now = () => new Date(), finish = 'at_once' } = options;
  const world = vercelWorld({ projects, now, finish });
  const server = await startVendorServer({
    operations: OPERATIONS,
    base: '',
    token,
    accepts: 'application/json',
    headers: { 'x-ratelimit-limit': '100', 'x-ratelimit-remaining': '99' },
    errorBody: (words) => ({ error: { code: 'some_code', message: `${words}: wrong` } }),
    perform: world.perform,
  });
  return { ...server, ...world };
}
