import { bearerToken } from './bearer.js';
import { type Endpoint, markWrapped } from './wrapped.js';

/** The endpoints behind one method of one path, by who calls. */
export interface Callers {
  readonly queue?: Endpoint;
  readonly cron?: Endpoint;
  /** Also who shows nothing: it tells what to show. */
  readonly key: Endpoint;
}

/**
 * Join endpoints for different callers.
 *
 * A request only shows which of them it claims to be; each endpoint finds out by itself whether that is
 * true, so that a wrong choice can open nothing.
 */
export function byCaller({ queue, cron, key }: Callers): Endpoint {
  return markWrapped((request) => {
    if (queue !== undefined && request.headers.has('upstash-signature')) return queue(request);
    const token = bearerToken(request.headers);
    const isCron = token !== null && !token.startsWith('fst_');
    return cron !== undefined && isCron ? cron(request) : key(request);
  });
}
