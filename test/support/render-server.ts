import type { RenderDatabase } from './render/database.js';
import { type Databases, renderDatabases } from './render/databases.js';
import type { RenderService } from './render/service.js';
import { renderWorld, type World } from './render/world.js';
import { vendorOperations } from './vendor/description.js';
import { startVendorServer, type VendorServer } from './vendor/server.js';

/** What a server is started with. */
export interface RenderServerOptions {
  /** The only API key that is let in. */
  readonly token: string;
  readonly services: readonly RenderService[];
  /** None by default. */
  readonly databases?: readonly RenderDatabase[];
  /** Render's own clock; the real one by default. */
  readonly now?: () => Date;
  /**
   * Whether what is asked for ends at once (default): else a rollback stays in progress until `finishDeploy`,
   * and a database is on its way until `databases.settle`.
   */
  readonly finish?: 'at_once' | 'by_hand';
}

/** Render's API on this machine. */
export interface RenderServer
  extends VendorServer,
    Pick<World, 'state' | 'effects' | 'finishDeploy'> {
  readonly databases: Omit<Databases, 'perform'>;
}

const OPERATIONS = vendorOperations('render');

const isOfDatabases = (operation: string): boolean => operation.includes('postgres');

const documented = (isWanted: (operation: string) => boolean) =>
  new Map(
    OPERATIONS.filter(({ id }) => isWanted(id)).map(({ id, statuses }) => [id, statuses] as const),
  );

/** Every operation on services that an adapter can call, with the statuses that Render documents for it. */
export const documentedStatuses: ReadonlyMap<string, readonly number[]> = documented(
  (operation) => !isOfDatabases(operation),
);

/** The same of databases. */
export const postgresStatuses: ReadonlyMap<string, readonly number[]> = documented(isOfDatabases);

/** Start Render's API, over services and databases that it keeps; its address is for `RENDER_API_URL`. */
export async function startRenderServer(options: RenderServerOptions): Promise<RenderServer> {
  const { token, services, now = () => new Date(), finish = 'at_once' } = options;
  const world = renderWorld({ services, now, finish });
  const databases = renderDatabases({ databases: options.databases ?? [], now, finish });
  const server = await startVendorServer({
    operations: OPERATIONS,
    base: '/v1',
    token,
    accepts: 'application/json',
    headers: { 'ratelimit-limit': '400', 'ratelimit-remaining': '399', 'ratelimit-reset': '60' },
    errorBody: (words) => ({ id: 'err-1', message: `${words}: something is wrong` }),
    perform: (operation, { params, query, body }) =>
      isOfDatabases(operation)
        ? databases.perform(operation, params['postgresId'] ?? '')
        : world.perform(operation, { serviceId: params['serviceId'] ?? '', query, body }),
  });
  return { ...server, ...world, databases };
}
