import { AppError } from '../errors.js';
import type { Attempt, EndpointOptions, Handler } from './call.js';
import type { HttpDeps } from './deps.js';
import { endpoint } from './endpoint.js';
import type { QueueIdentity } from './identity.js';
import type { Endpoint } from './wrapped.js';

const MAX_ID = 128;

/** The headers beside the signature are not signed: they are good for the log, not for a decision. */
async function queueIdentity(attempt: Attempt): Promise<QueueIdentity> {
  const { request, url, deps, rawBody } = attempt;
  const signature = request.headers.get('upstash-signature');
  if (signature === null) {
    throw new AppError('unauthorized', 'only the queue may call this: there is no signature');
  }
  await deps.verifyQueue(signature, await rawBody(), url.pathname);
  const retried = Number(request.headers.get('upstash-retried') ?? 0);
  return {
    kind: 'queue',
    messageId: (request.headers.get('upstash-message-id') ?? '').slice(0, MAX_ID),
    retried: Number.isSafeInteger(retried) && retried >= 0 ? retried : 0,
  };
}

/**
 * Wrap work that only the queue may ask for.
 *
 * The signature is verified over the raw body and our own address before anything is parsed. Failures
 * are answered in the queue's terms: 489 is never again, 503 or 500 is later.
 */
export function queueEndpoint<B = undefined, Q = Record<string, never>>(
  getDeps: () => HttpDeps,
  options: EndpointOptions<B, Q>,
  handler: Handler<QueueIdentity, B, Q>,
): Endpoint {
  return endpoint(getDeps, { authenticate: queueIdentity, options, handler });
}
