import type { RenderService } from './render/service.js';
import { renderWorld, type World } from './render/world.js';
import { vendorOperations } from './vendor/description.js';
import { startVendorServer, type VendorServer } from './vendor/server.js';

/** What a server is started with. */
export interface RenderServerOptions {
  /** The only API key that is let in. */
  readonly token: string;
  readonly services: readonly RenderService[];
  /** Render's own clock; the real one by default. */
  readonly now?: () => Date;
  /** Whether a rollback is live at once (default), or stays in progress until `finishDeploy`. */
  readonly finish?: 'at_once' | 'by_hand';
}

/** Render's API on this machine. */
export interface RenderServer
  extends VendorServer,
    Pick<World, 'state' | 'effects' | 'finishDeploy'> {}

const OPERATIONS = vendorOperations('render');

/** Every operation that the adapter can call, with the statuses that Render documents for it. */
export const documentedStatuses: ReadonlyMap<string, readonly number[]> = new Map(
  OPERATIONS.map(({ id, statuses }) => [id, statuses]),
);

/** Start Render's API, over services that it keeps; its address is for `RENDER_API_URL`. */
export async function startRenderServer(options: RenderServerOptions): Promise<RenderServer> {
  const { token, services, now = () => new Date(), finish = 'at_once' } = options;
  const world = renderWorld({ services, now, finish });
  const server = await startVendorServer({
    operations: OPERATIONS,
    base: '/v1',
    token,
    accepts: 'application/json',
    headers: { 'ratelimit-limit': '400', 'ratelimit-remaining': '399', 'ratelimit-reset': '60' },
    errorBody: (words) => ({ id: 'err-1', message: `${words}: something is wrong` }),
    perform: (operation, { params, query, body }) =>
      world.perform(operation, { serviceId: params['serviceId'] ?? '', query, body }),
  });
  return { ...server, ...world };
}
