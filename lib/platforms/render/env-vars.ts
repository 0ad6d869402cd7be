import { AppError } from '../../errors.js';
import type { Variables } from '../platform.js';
import { type Call, request } from '../request.js';
import type { Vendor } from '../vendor.js';
import { EnvVarPage } from './answers.js';

/** Variables that one page may hold, at most. */
const PAGE = 100;

/** Pages that are read, at most. */
const PAGES = 10;

/**
 * Read all environment variables of a service, in Render's order.
 *
 * @throws {AppError} as {@link request}, and `upstream_refused` where there are more than can be read: a part
 * of them, put back, would take the rest away
 */
export async function envVars(
  vendor: Vendor,
  call: (query: Readonly<Record<string, string>>) => Call,
): Promise<Variables> {
  const all: [string, string][] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < PAGES; pages += 1) {
    const query = { limit: String(PAGE), ...(cursor === undefined ? {} : { cursor }) };
    const { data } = await request(vendor, call(query), EnvVarPage);
    all.push(...data.map(({ envVar }): [string, string] => [envVar.key, envVar.value]));
    cursor = data.at(-1)?.cursor;
    if (data.length < PAGE || cursor === undefined) return Object.fromEntries(all);
  }
  throw new AppError('upstream_refused', `Render shows more than ${PAGE * PAGES} variables`);
}
