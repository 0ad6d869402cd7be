import * as z from 'zod';
import { app } from '../app.js';
import { AppError } from '../errors.js';
import { deepHealth, sweepIsLate } from '../flows/health.js';
import { openEndpoint } from '../http/open-endpoint.js';
import { reply } from '../http/reply.js';
import { hasScope } from '../security/scope.js';
import { deps } from './deps.js';

const Query = z.strictObject({ deep: z.literal('1').optional() });

/**
 * Says that we are alive: for uptime checks, without a key. 503 when sweeps are late. With `deep=1` and
 * a key that may read, the database, the queue and the clock are asked.
 */
export const healthGet = openEndpoint(deps, { query: Query }, async ({ identity, query }) => {
  if (query.deep === undefined) {
    const late = await sweepIsLate(app());
    return late === true
      ? reply(503, { ok: false, why: 'the last sweep is too old' })
      : { ok: true };
  }
  if (identity.kind !== 'key' || !hasScope(identity.scopes, 'read')) {
    throw new AppError('unauthorized', 'deep=1 needs a key with the scope read');
  }
  const health = await deepHealth(app());
  return reply(health.ok ? 200 : 503, health);
});
