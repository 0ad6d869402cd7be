import { AppError } from '../errors.js';
import { type RateLimits, rateLimits } from './rate-limits.js';

/** What an adapter is built with. */
export interface VendorOptions {
  /** Where the vendor's API stands: https, or this machine. */
  readonly baseUrl: string;
  /** A secret by the name of its environment variable. */
  readonly credential: (name: string) => string | undefined;
  readonly fetch: typeof fetch;
  readonly now: () => Date;
  /** How long one call may take, headers and body, milliseconds; 10 s by default. */
  readonly timeoutMs?: number;
}

/**
 * How a call proves who makes it: headers made of the credential, and of what is sent.
 *
 * @throws {AppError} `refused` when the credential is of no use
 */
export type Authorize = (
  credential: string,
  sent: {
    readonly headers: Readonly<Record<string, string>>;
    /** The body as it is sent; empty where there is none. */
    readonly body: string;
    readonly now: Date;
  },
) => Readonly<Record<string, string>>;

/** What calls of one vendor have in common, besides its address. */
export interface VendorWays {
  /** The media type that is asked for; `application/json` by default. */
  readonly accept?: string;
  /** Sent with every call. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What shares one rate limit: calls of one method (default), or of one method and path. */
  readonly limitPer?: 'method' | 'path';
  /** The credential as a bearer token by default. */
  readonly authorize?: Authorize;
}

/** A vendor as one adapter calls it. */
export interface Vendor extends Required<VendorOptions>, Required<VendorWays> {
  /** What messages call it. */
  readonly name: string;
  readonly limits: RateLimits;
  /** Ends its calls before their own time is up, where several share one; null where none does. */
  readonly signal: AbortSignal | null;
  /** Whether its calls can wait: they leave a reserve of the rate limit to those that cannot. */
  readonly leavesReserve: boolean;
}

/** Long enough for a vendor's slow minute; three calls of a step still fit into a claim of 90 s. */
const TIMEOUT_MS = 10_000;

/**
 * Check a vendor's address and make it ready to be called.
 *
 * @throws {AppError} `misconfigured` unless the address is https, or plain http on this machine
 */
export function openVendor(name: string, options: VendorOptions, ways: VendorWays = {}): Vendor {
  return {
    timeoutMs: TIMEOUT_MS,
    accept: 'application/json',
    headers: {},
    limitPer: 'method',
    authorize: bearer,
    ...options,
    ...ways,
    name,
    baseUrl: checked(name, options.baseUrl),
    limits: rateLimits(options.now),
    signal: null,
    leavesReserve: false,
  };
}

const bearer: Authorize = (credential) => ({ authorization: `Bearer ${credential}` });

function checked(name: string, baseUrl: string): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : null;
  const local = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url?.hostname ?? '');
  const secure = url?.protocol === 'https:' || (url?.protocol === 'http:' && local);
  const plain = url !== null && url.username + url.password + url.search + url.hash === '';
  if (!secure || !plain) {
    throw new AppError(
      'misconfigured',
      `${name}: the API's address must be https, or on this machine, without login or query`,
    );
  }
  return baseUrl.replace(/\/+$/, '');
}
