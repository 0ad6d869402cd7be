import type { Attempt, EndpointOptions, Handler } from './call.js';
import type { HttpDeps } from './deps.js';
import { endpoint } from './endpoint.js';
import type { AnonymousIdentity, KeyIdentity } from './identity.js';
import { keyIdentity } from './key-endpoint.js';
import type { Endpoint } from './wrapped.js';

/** A key that is shown must be valid: a mistyped one is not quietly taken for none. */
async function openIdentity(attempt: Attempt): Promise<AnonymousIdentity | KeyIdentity> {
  return attempt.request.headers.has('authorization')
    ? keyIdentity(attempt)
    : { kind: 'anonymous' };
}

/** Wrap work that anybody may ask for, and holders of a key for more; the handler looks at who it is. */
export function openEndpoint<B = undefined, Q = Record<string, never>>(
  getDeps: () => HttpDeps,
  options: EndpointOptions<B, Q>,
  handler: Handler<AnonymousIdentity | KeyIdentity, B, Q>,
): Endpoint {
  return endpoint(getDeps, { authenticate: openIdentity, options, handler });
}
