import { AppError } from '../errors.js';
import { sameSecret } from '../security/constant-time.js';
import { bearerToken } from './bearer.js';
import type { Attempt, EndpointOptions, Handler } from './call.js';
import type { HttpDeps } from './deps.js';
import { endpoint } from './endpoint.js';
import type { CronIdentity } from './identity.js';
import type { Endpoint } from './wrapped.js';

async function cronIdentity({ request, deps }: Attempt): Promise<CronIdentity> {
  const token = bearerToken(request.headers);
  if (token !== null && deps.cronSecret && sameSecret(token, deps.cronSecret)) {
    return { kind: 'cron' };
  }
  throw new AppError('unauthorized', 'only the platform’s cron may call this');
}

/**
 * Wrap work that the platform's cron asks for; without its secret nobody is believed to be it.
 *
 * @see https://vercel.com/docs/cron-jobs/manage-cron-jobs#securing-cron-jobs
 */
export function cronEndpoint<B = undefined, Q = Record<string, never>>(
  getDeps: () => HttpDeps,
  options: EndpointOptions<B, Q>,
  handler: Handler<CronIdentity, B, Q>,
): Endpoint {
  return endpoint(getDeps, { authenticate: cronIdentity, options, handler });
}
