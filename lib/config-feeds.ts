import { address } from './address.js';
import { AppError } from './errors.js';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Status pages that are followed unless the platform's own address is overridden: a self-hosted edition has
 * nothing to do with them.
 */
const KNOWN: readonly {
  readonly provider: string;
  readonly unless: string;
  readonly url: string;
}[] = [
  {
    provider: 'render',
    unless: 'RENDER_API_URL',
    url: 'https://status.render.com/api/v2/summary.json',
  },
  {
    provider: 'vercel',
    unless: 'VERCEL_API_URL',
    url: 'https://www.vercel-status.com/api/v2/summary.json',
  },
  {
    provider: 'fly',
    unless: 'FLY_API_URL',
    url: 'https://status.flyio.net/api/v2/summary.json',
  },
];

const VARIABLE = /^STATUS_FEED_([A-Z][A-Z0-9_]{0,31})$/;

/**
 * The status pages to follow, by provider: those known, and `STATUS_FEED_<NAME>` for any other or instead of
 * one; `none` follows none.
 *
 * @throws {AppError} `misconfigured`, naming the variable
 */
export function readFeeds(env: Environment): ReadonlyMap<string, string> {
  const feeds = new Map<string, string>();
  for (const { provider, unless, url } of KNOWN) if (!env[unless]) feeds.set(provider, url);
  for (const [variable, value] of Object.entries(env)) {
    const name = VARIABLE.exec(variable)?.[1]?.toLowerCase();
    if (name === undefined || !value) continue;
    if (value === 'none') feeds.delete(name);
    else feeds.set(name, checked(variable, value));
  }
  return feeds;
}

function checked(variable: string, value: string): string {
  const url = address(variable, value);
  const { username, password, search, hash } = new URL(url);
  if (username + password + search + hash === '') return url;
  throw new AppError('misconfigured', `${variable} must have no login and no query`);
}
