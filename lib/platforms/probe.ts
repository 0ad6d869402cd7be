import { lookup } from 'node:dns/promises';
import * as http from 'node:http';
import * as https from 'node:https';
import { BlockList, isIP } from 'node:net';
import type { Probed } from '../domain/decide/probe-step.js';
import { inTime } from './in-time.js';

/** What came of a probe of a `health_url`. */
export interface ProbeResult {
  /** `well` is a 2xx in time; null says that it could not be asked, which tells nothing of it. */
  readonly found: Probed | null;
  readonly why: string;
}

/** How a probe may go out. */
export interface ProbeOptions {
  readonly timeoutMs: number;
  /** Whether private and loopback addresses may be asked. */
  readonly allowPrivate: boolean;
  /** Finds a name's address; the system's resolver when absent. */
  readonly resolve?: (name: string) => Promise<Address>;
}

/** A name's address. */
interface Address {
  readonly address: string;
  readonly family: number;
}

/** Bytes of an answer that are read before it is cut off: the status is what counts. */
const MAX_BYTES = 64 * 1024;

/**
 * What gateways answer where nothing behind them does: RFC 9110 15.6.3 and 15.6.5, and Cloudflare's own. 503 is not
 * among them, as services themselves use it to say that they are not ready.
 */
const NOTHING_BEHIND: readonly number[] = [502, 504, 520, 521, 522, 523, 524];

/** How a connection ends that nobody serves. What else fails (a name, a certificate) is not the process's doing. */
const UNSERVED: readonly string[] = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT'];

const LATE = (): Error => new Error('no answer in time');

/** Our own way out is missing, as one by IPv6 may be: nothing was asked. */
const NO_WAY: readonly string[] = ['ENETUNREACH', 'EADDRNOTAVAIL'];

/** The resolver's answer for a name that nobody finds; whatever else it says is its own trouble. */
const NO_SUCH_NAME = 'ENOTFOUND';

/** Addresses that are nobody's public service: RFC 1918, 6598, 4193, 3927, 5735, 6890. */
const PRIVATE = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const) {
  PRIVATE.addSubnet(network, bits, 'ipv4');
}
// Within the global addresses: protocols (among them Teredo) and 6to4, which lead to IPv4 addresses of
// any kind, and examples: RFC 2928, 3056, 3849, 9637.
for (const [network, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const) {
  PRIVATE.addSubnet(network, bits, 'ipv6');
}

/** All that is routed in public; the rest is loopback, local, mapped, translated, or not given out. */
const GLOBAL = new BlockList();
GLOBAL.addSubnet('2000::', 3, 'ipv6');

/** Whether an address belongs to a private, loopback, link-local or reserved network, or is none. */
export function isPrivateAddress(address: string): boolean {
  const version = isIP(address);
  if (version === 4) return PRIVATE.check(address, 'ipv4');
  return version === 0 || !GLOBAL.check(address, 'ipv6') || PRIVATE.check(address, 'ipv6');
}

/**
 * Ask a component's `health_url` once.
 *
 * The name is resolved once and the connection goes to that address, so that a name cannot point
 * somewhere else between the check and the call. https only, plain http for private addresses where they
 * are allowed; redirects are not followed; time and size are bounded. Never throws.
 */
export async function probe(healthUrl: string, options: ProbeOptions): Promise<ProbeResult> {
  const { timeoutMs, allowPrivate, resolve = lookup } = options;
  const limit = AbortSignal.timeout(timeoutMs);
  let url: URL;
  let found: Address;
  try {
    url = new URL(healthUrl);
    // The system resolves names, and cannot be told to stop.
    found = await inTime(limit, resolve(url.hostname.replace(/^\[|\]$/g, '')), LATE);
  } catch (error) {
    const code = codeOf(error, limit);
    return { found: code === NO_SUCH_NAME ? 'ill' : null, why: unanswered(code) };
  }
  const refused = refusal(url, found.address, allowPrivate);
  if (refused !== null) return { found: null, why: refused };
  try {
    const status = await ask(url, found, limit);
    return { found: foundBy(status), why: `answered ${status}` };
  } catch (error) {
    const code = codeOf(error, limit);
    return { found: foundWithout(code), why: unanswered(code) };
  }
}

/** Why a call came to nothing; null where its time was up. */
function codeOf(error: unknown, limit: AbortSignal): string | null {
  const { code } = error as { readonly code?: unknown };
  return limit.aborted || typeof code !== 'string' ? null : code;
}

const unanswered = (code: string | null): string => `no answer (${code ?? 'time-out'})`;

function foundWithout(code: string | null): Probed | null {
  if (code === null || UNSERVED.includes(code)) return 'silent';
  return NO_WAY.includes(code) ? null : 'ill';
}

function foundBy(status: number): Probed {
  if (status >= 200 && status <= 299) return 'well';
  return NOTHING_BEHIND.includes(status) ? 'silent' : 'ill';
}

function refusal(url: URL, address: string, allowPrivate: boolean): string | null {
  const isPrivate = isPrivateAddress(address);
  if (isPrivate && !allowPrivate) return 'its address is private, which probes may not ask';
  if (url.protocol === 'https:') return null;
  return isPrivate && url.protocol === 'http:' ? null : 'only https addresses are probed';
}

function ask(url: URL, pinned: Address, signal: AbortSignal): Promise<number> {
  const send = url.protocol === 'https:' ? https.request : http.request;
  return new Promise((resolve, reject) => {
    const request = send(
      url,
      {
        method: 'GET',
        agent: false,
        headers: { 'user-agent': 'forestall-probe', accept: '*/*' },
        signal,
        lookup: (_name, options, done) =>
          options.all
            ? done(null, [{ address: pinned.address, family: pinned.family }])
            : done(null, pinned.address, pinned.family),
      },
      (response) => {
        let read = 0;
        response.on('data', (chunk: Buffer) => {
          read += chunk.length;
          if (read > MAX_BYTES) request.destroy();
        });
        response.on('error', () => undefined);
        response.on('close', () => resolve(response.statusCode ?? 0));
      },
    );
    request.on('error', reject);
    request.end();
  });
}
