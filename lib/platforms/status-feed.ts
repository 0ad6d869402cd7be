import * as z from 'zod';
import { INDICATORS, PART_STATUSES, type PageStatus } from '../domain/decide/provider.js';
import { AppError } from '../errors.js';
import { request } from './request.js';
import { openVendor, type VendorOptions } from './vendor.js';

/** The status pages that an installation follows. */
export interface StatusFeeds {
  /** Names of the providers. */
  readonly names: readonly string[];
  /**
   * Read one page.
   *
   * @throws {AppError} `upstream_unavailable`, `upstream_refused`, `refused`: then nothing is known;
   * `not_found` for a provider that is not followed
   */
  read(provider: string): Promise<PageStatus>;
}

/** Long enough for a page that half the world reads at this moment; a sweep waits for it. */
const TIMEOUT_MS = 3000;
/** Parts that are kept of a page, and characters of a name. */
const MOST_PARTS = 500;
const MOST_CHARACTERS = 200;

const short = z.string().transform((text) => text.slice(0, MOST_CHARACTERS));

/** Statuspage's `summary.json`, as far as it is read. A word that is unknown makes the page unreadable. */
const Summary = z.object({
  status: z.object({ indicator: z.enum(INDICATORS), description: short }),
  components: z.array(z.object({ name: short, status: z.enum(PART_STATUSES) })).default([]),
});

/**
 * Follow status pages in the form of Statuspage's `summary.json`.
 *
 * @param urls - the address of each provider's summary
 * @throws {AppError} `misconfigured` for an address that is not https, nor on this machine
 */
export function statusFeeds(
  urls: ReadonlyMap<string, string>,
  options: Pick<VendorOptions, 'fetch' | 'now'>,
): StatusFeeds {
  const vendors = new Map(
    [...urls].map(([provider, baseUrl]) => {
      const vendor = { ...options, baseUrl, credential: () => undefined, timeoutMs: TIMEOUT_MS };
      return [provider, openVendor(`status page of ${provider}`, vendor)] as const;
    }),
  );
  return {
    names: [...vendors.keys()],
    async read(provider) {
      const vendor = vendors.get(provider);
      if (vendor === undefined) {
        throw new AppError('not_found', `no status page of ${provider} is followed`);
      }
      const call = { method: 'GET', path: '', credential: null } as const;
      const { data } = await request(vendor, call, Summary);
      const { indicator, description } = data.status;
      return { indicator, description, parts: data.components.slice(0, MOST_PARTS) };
    },
  };
}
