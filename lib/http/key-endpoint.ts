import { AppError } from '../errors.js';
import { hasScope, type Scope } from '../security/scope.js';
import { bearerToken } from './bearer.js';
import type { Attempt, EndpointOptions, Handler } from './call.js';
import type { HttpDeps } from './deps.js';
import { endpoint } from './endpoint.js';
import { type KeyIdentity, requireComponent } from './identity.js';
import type { Endpoint } from './wrapped.js';

/**
 * Find out whose API key a request shows.
 *
 * @throws {AppError} `unauthorized` without a key that is valid
 */
export async function keyIdentity({ request, deps, now }: Attempt): Promise<KeyIdentity> {
  const token = bearerToken(request.headers);
  if (token === null) {
    throw new AppError('unauthorized', 'send an API key as "Authorization: Bearer fst_…"');
  }
  const identity = await deps.keys.authenticate(token, now);
  if (identity === null) {
    throw new AppError('unauthorized', 'the API key is not valid, has expired or was revoked');
  }
  return identity;
}

/** What a key must be good for. */
interface KeyOptions {
  readonly scope: Scope;
  /**
   * Whether keys that are bound to one component may ask at all. The handler then looks, by
   * `requireComponent`, whether the request is about theirs; without this they are refused here.
   */
  readonly bound?: true;
}

/** Wrap work for holders of an API key with a scope. Their writes may carry an `Idempotency-Key`. */
export function keyEndpoint<B = undefined, Q = Record<string, never>>(
  getDeps: () => HttpDeps,
  options: EndpointOptions<B, Q> & KeyOptions,
  handler: Handler<KeyIdentity, B, Q>,
): Endpoint {
  const authenticate = async (attempt: Attempt): Promise<KeyIdentity> => {
    const identity = await keyIdentity(attempt);
    if (!hasScope(identity.scopes, options.scope)) {
      throw new AppError('forbidden', `this needs a key with the scope ${options.scope}`);
    }
    if (options.bound !== true) requireComponent(identity, null);
    return identity;
  };
  return endpoint(getDeps, { authenticate, options, handler });
}
