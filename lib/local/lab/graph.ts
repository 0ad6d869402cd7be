/** The services of the lab, those that customers see first. */
export const SERVICES = [
  'edge',
  'web',
  'api',
  'cart',
  'stock',
  'cache',
  'db-proxy',
  'mail',
] as const;
export type ServiceName = (typeof SERVICES)[number];

/** One service calls another for each request that it serves. */
export interface Edge {
  readonly to: ServiceName;
  /** Time in which it must answer, milliseconds. */
  readonly deadlineMs: number;
  /**
   * What its failure means: `needed` fails the request, `wanted` only keeps it waiting, as a cache does, and
   * `told` is not waited for.
   */
  readonly kind: 'needed' | 'wanted' | 'told';
}

/** What a service is. */
export interface ServicePlan {
  readonly calls: readonly Edge[];
  /** Processor time for each request, milliseconds. */
  readonly costMs: number;
  /** Whether it holds a pool of database connections. */
  readonly pool: boolean;
}

const needed = (to: ServiceName): Edge => ({ to, deadlineMs: 8000, kind: 'needed' });
const CACHE: Edge = { to: 'cache', deadlineMs: 2500, kind: 'wanted' };
const MAIL: Edge = { to: 'mail', deadlineMs: 8000, kind: 'told' };

/** A little shop: edge → web → api → cart and stock → cache and database proxy; mail is sent by the way. */
export const PLANS: Readonly<Record<ServiceName, ServicePlan>> = {
  edge: { calls: [needed('web')], costMs: 0, pool: false },
  web: { calls: [needed('api')], costMs: 0, pool: false },
  api: { calls: [needed('cart'), needed('stock'), MAIL], costMs: 13, pool: false },
  cart: { calls: [CACHE, needed('db-proxy')], costMs: 0, pool: false },
  stock: { calls: [CACHE, needed('db-proxy')], costMs: 0, pool: true },
  cache: { calls: [], costMs: 0, pool: false },
  'db-proxy': { calls: [], costMs: 3, pool: true },
  mail: { calls: [], costMs: 0, pool: false },
};

/** The names that a service depends on directly, as its component is registered. */
export function dependsOn(service: ServiceName): readonly ServiceName[] {
  return PLANS[service].calls.map(({ to }) => to);
}

/** What each service depends on, for questions about the whole graph. */
export const DEPENDS_ON: ReadonlyMap<string, readonly string[]> = new Map(
  SERVICES.map((service) => [service, dependsOn(service)]),
);
