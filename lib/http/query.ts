import { AppError } from '../errors.js';

/**
 * Read the query that the caller wrote, each name once.
 *
 * @param routed - names that a rewrite puts into the query beside the path; they are dropped, because
 * a caller can write them, too: what is in the path is read from the path
 * @throws {AppError} `invalid` when a name appears twice, or a value holds U+0000
 */
export function readQuery(url: URL, routed: readonly string[]): Record<string, string> {
  const seen = new Map<string, string>();
  for (const [name, value] of url.searchParams) {
    if (routed.includes(name)) continue;
    if (seen.has(name)) {
      throw new AppError('invalid', `the query has ${JSON.stringify(name.slice(0, 64))} twice`);
    }
    if (`${name}${value}`.includes('\u0000')) {
      throw new AppError('invalid', 'the query holds U+0000');
    }
    seen.set(name, value);
  }
  return Object.fromEntries(seen);
}
