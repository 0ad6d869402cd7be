const WRAPPED = Symbol('wrapped');

/** A function as the platform calls it. */
export type Endpoint = (request: Request) => Promise<Response>;

/** Mark a function as one that authenticates, bounds and logs: only the wrappers may do this. */
export function markWrapped(endpoint: Endpoint): Endpoint {
  return Object.defineProperty(endpoint, WRAPPED, { value: true });
}

/** Say whether an export of `api/` came from a wrapper. */
export function isWrapped(exported: unknown): boolean {
  return typeof exported === 'function' && WRAPPED in exported;
}
