import { AppError } from '../errors.js';
import type { Attempt, EndpointOptions, Handler } from './call.js';
import type { HttpDeps } from './deps.js';
import { endpoint } from './endpoint.js';
import type { WebhookIdentity } from './identity.js';
import { pathParts } from './path-id.js';
import type { Endpoint } from './wrapped.js';

/** A token in the path is the fourth part: `/api/webhooks/<source>/<token>`. */
const SECRET_PARTS = [3];

/** What the platform's dynamic route, and the rewrite for the token, add to the query. */
const ROUTED = ['source', 'token'];

async function webhookIdentity(attempt: Attempt): Promise<WebhookIdentity> {
  const { request, url, deps, now, rawBody } = attempt;
  const [source = '', pathToken = null, ...more] = pathParts(url, '/api/webhooks');
  if (!/^[a-z0-9-]{1,40}$/.test(source) || more.length > 0) {
    throw new AppError('not_found', 'there is no such source of webhooks');
  }
  const shown = { source, pathToken, headers: request.headers, rawBody: await rawBody(), now };
  if (await deps.webhooks.authenticate(shown)) return { kind: 'webhook', source };
  throw new AppError('unauthorized', 'the webhook does not show the secret of its source');
}

/**
 * Wrap work for monitoring tools, each with its own secret, over the raw body.
 *
 * The source and, for tools that can send no secret, a token are read from the path:
 * `/api/webhooks/<source>[/<token>]`. The token is never logged.
 */
export function webhookEndpoint<B = undefined, Q = Record<string, never>>(
  getDeps: () => HttpDeps,
  options: EndpointOptions<B, Q>,
  handler: Handler<WebhookIdentity, B, Q>,
): Endpoint {
  return endpoint(getDeps, {
    authenticate: webhookIdentity,
    options: {
      ...options,
      secretParts: SECRET_PARTS,
      routed: [...ROUTED, ...(options.routed ?? [])],
    },
    handler,
  });
}
