import type * as z from 'zod';
import { AppError, type ErrorCode } from '../errors.js';
import { refusal, silence } from './failures.js';
import { readBounded } from './read-bounded.js';
import type { Vendor } from './vendor.js';

/** One call of a vendor's API. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** From the base address on, with every id encoded; shown in messages, so without a query. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON; absent sends no body. */
  readonly body?: unknown;
  /** What the body is called; `application/json` by default. */
  readonly contentType?: string;
  /** The environment variable that holds the credential; null sends none, where the call proves itself otherwise. */
  readonly credential: string | null;
  /** Sent besides those of the vendor; never shown. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether it changes nothing although it is no GET: nothing can have been done by it, then. */
  readonly readsOnly?: true;
  /** Statuses by which the vendor says: not done, because something else goes on; a second try may help. */
  readonly later?: readonly number[];
  /** Statuses besides 2xx that are an answer, and read. */
  readonly answers?: readonly number[];
}

/** Bytes of an answer that are read, at most: a hundred of the largest deploys are far below it. */
const MAX_BYTES = 1024 * 1024;

/**
 * Send one request to a vendor and check its answer against a schema.
 *
 * Never retries: the queue does that. Redirects are not followed. No message holds the credential, the
 * query or the vendor's words; a failed connection's error is named by its code and not kept as a cause,
 * since it may quote the request.
 *
 * @returns the status and the parsed answer; an answer that is empty or no JSON is parsed as undefined
 * @throws {AppError} `upstream_unavailable` on a broken connection, a time-out, 5xx, or a rate limit that
 * is used up, as 429 says (worth a retry), and where a change was taken and its answer is of the wrong shape or size
 * (it may stand: to be looked at before it is repeated); `refused` when the target is gone (404, 410), or the
 * credential is missing; `upstream_refused` on anything else, what is read in the wrong shape or size among it
 */
export async function request<T>(
  vendor: Vendor,
  call: Call,
  answer: z.ZodType<T>,
): Promise<{ status: number; data: T }> {
  const { status, text } = await whole(vendor, call);
  return { status, data: parsed(vendor, call, text, answer) };
}

/**
 * Send one request of which a status among its `answers` says that there is nothing, whatever its body.
 *
 * @returns the status, and null where that was no 2xx
 * @throws {AppError} as {@link request}
 */
export async function requestOrNone<T>(
  vendor: Vendor,
  call: Call,
  answer: z.ZodType<T>,
): Promise<{ status: number; data: T | null }> {
  const { status, text } = await whole(vendor, call);
  return { status, data: status > 299 ? null : parsed(vendor, call, text, answer) };
}

async function whole(vendor: Vendor, call: Call): Promise<{ status: number; text: string }> {
  const { status, read: text } = await exchange(vendor, call, (response) =>
    readBounded(response, MAX_BYTES),
  );
  if (text !== null) return { status, text };
  throw new AppError(unread(call), `${name(vendor, call)} answered with more than 1 MB`);
}

/** What an answer that says yes, and cannot be read, means: what was asked for may have been done all the same. */
const unread = ({ method, readsOnly }: Call): ErrorCode =>
  method === 'GET' || readsOnly === true ? 'upstream_refused' : 'upstream_unavailable';

/** The answer in its shape, of what was read by {@link exchange}. @throws {AppError} as {@link request} on another */
export function parsed<T>(vendor: Vendor, call: Call, text: string, answer: z.ZodType<T>): T {
  const read = answer.safeParse(parseJson(text));
  if (read.success) return read.data;
  const where = read.error.issues[0]?.path.join('.') || 'the whole';
  throw new AppError(
    unread(call),
    `${name(vendor, call)} answered in an unknown shape (at ${where})`,
  );
}

/**
 * Send one request whose answer says all by its status; its body is not read.
 *
 * @returns the status: 200 to 299, or one of its `answers`
 * @throws {AppError} as {@link request}
 */
export async function order(vendor: Vendor, call: Call): Promise<number> {
  return (await exchange(vendor, call, drop)).status;
}

const name = (vendor: Vendor, { method, path }: Call): string =>
  `${vendor.name}: ${method} ${path}`;

/** A body that cannot be dropped changes nothing: the status has said all. */
const drop = async (response: Response): Promise<void> =>
  response.body?.cancel().catch(() => undefined);

/**
 * Send one request and read its answer in whatever form, within the vendor's time.
 *
 * @param read - must bound what it reads
 * @throws {AppError} as {@link request} but for the answer's shape, and what `read` throws of that kind
 */
export async function exchange<T>(
  vendor: Vendor,
  call: Call,
  read: (response: Response) => Promise<T>,
): Promise<{ status: number; headers: Headers; read: T }> {
  const token = tokenFor(vendor, call);
  const kind = limitKind(vendor, call);
  holdBack(vendor, call, kind);
  const what = name(vendor, call);
  try {
    const response = await vendor.fetch(address(vendor, call), init(vendor, call, token));
    const { status, headers } = response;
    vendor.limits.note(kind, status, headers);
    if ((status >= 200 && status <= 299) || call.answers?.includes(status)) {
      return { status, headers, read: await read(response) };
    }
    await drop(response);
    throw refusal(vendor, { ...call, what }, response);
  } catch (error) {
    throw error instanceof AppError ? error : silence(vendor, what, error);
  }
}

function tokenFor(vendor: Vendor, call: Call): string | null {
  if (call.credential === null) return null;
  const token = vendor.credential(call.credential);
  // Whatever a header cannot carry would come back quoted in the error that fetch throws.
  if (token !== undefined && /^[\x21-\x7e]+$/.test(token)) return token;
  const what = token ? 'holds characters that no credential has' : 'is not set';
  throw new AppError('refused', `${call.credential} ${what}: ${vendor.name} cannot be called`);
}

const limitKind = ({ limitPer }: Vendor, { credential, method, path }: Call): string =>
  limitPer === 'path' ? `${credential} ${method} ${path}` : `${credential} ${method}`;

/** Limits are counted per kind of call, so a read may go on when the writes are used up. */
function holdBack(vendor: Vendor, call: Call, kind: string): void {
  const usedUpS = vendor.limits.waitS(kind);
  const keptS = vendor.leavesReserve ? vendor.limits.reserveWaitS(kind) : null;
  const waitS = usedUpS ?? keptS;
  if (waitS === null) return;
  const why =
    usedUpS === null
      ? `what is left of the rate limit is kept for real actions: looked at later, in ${waitS} s`
      : `the rate limit is used up for ${waitS} s`;
  throw new AppError('upstream_unavailable', `${name(vendor, call)} was not sent: ${why}`, {
    retryAfterS: waitS,
    notTaken: true,
  });
}

function address(vendor: Vendor, { path, query }: Call): string {
  const search = new URLSearchParams(query).toString();
  return `${vendor.baseUrl}${path}${search === '' ? '' : `?${search}`}`;
}

function init(vendor: Vendor, call: Call, credential: string | null): RequestInit {
  const { method, contentType = 'application/json' } = call;
  const body = call.body === undefined ? '' : JSON.stringify(call.body);
  const headers = {
    ...vendor.headers,
    ...call.headers,
    accept: vendor.accept,
    'user-agent': 'forestall',
    ...(body === '' ? {} : { 'content-type': contentType }),
  };
  const sent = { headers, body, now: vendor.now() };
  const own = AbortSignal.timeout(vendor.timeoutMs);
  const signal = vendor.signal === null ? own : AbortSignal.any([own, vendor.signal]);
  return {
    method,
    headers: credential === null ? headers : { ...headers, ...vendor.authorize(credential, sent) },
    signal,
    redirect: 'manual',
    ...(body === '' ? {} : { body }),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
