import * as z from 'zod';
import { AppError } from '../errors.js';
import type { HttpDeps } from './deps.js';
import { openEndpoint } from './open-endpoint.js';
import { type Endpoint, markWrapped } from './wrapped.js';

const ANY_QUERY = z.record(z.string(), z.string());

/** Whether a path's parts are of a pattern's form: `:name` stands for any one part. */
function matches(pattern: string, parts: readonly string[]): boolean {
  const wanted = pattern === '' ? [] : pattern.split('/');
  return (
    wanted.length === parts.length &&
    wanted.every((part, i) => part.startsWith(':') || part === parts[i])
  );
}

/**
 * Join the endpoints of the paths below a prefix. The path alone decides, never what a rewrite adds to
 * the query; anything else is answered 404.
 *
 * @param routes - patterns below the prefix, the first that fits wins: `''`, `':id'`, `':id/undo'`
 */
export function byPath(
  getDeps: () => HttpDeps,
  prefix: string,
  routes: Readonly<Record<string, Endpoint>>,
): Endpoint {
  const nowhere = openEndpoint(getDeps, { query: ANY_QUERY }, () => {
    throw new AppError('not_found', 'there is nothing at this path');
  });
  return markWrapped((request) => {
    const path = new URL(request.url).pathname;
    const below = path === prefix ? '' : path.slice(prefix.length + 1);
    const parts = below === '' ? [] : below.split('/');
    const known = path === prefix || path.startsWith(`${prefix}/`);
    const found = Object.entries(routes).find(([pattern]) => known && matches(pattern, parts));
    return (found?.[1] ?? nowhere)(request);
  });
}
