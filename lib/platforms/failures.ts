import { AppError } from '../errors.js';
import { saysUsedUp } from './limit-answer.js';
import { retryAfterS } from './retry-after.js';
import type { Vendor } from './vendor.js';

/** What a failure is told of. */
export interface FailedCall {
  /** Vendor, method and path, for messages. */
  readonly what: string;
  /** The environment variable that holds the credential; null where none is sent. */
  readonly credential: string | null;
  /** Statuses by which the vendor says: not done, because something else goes on. */
  readonly later?: readonly number[] | undefined;
}

/** What a status other than 2xx means. Nothing of the answer's body is told. */
export function refusal(
  vendor: Pick<Vendor, 'now'>,
  call: FailedCall,
  { status, headers }: Response,
): AppError {
  const answered = `${call.what} answered ${status}`;
  if (isTransient(call, status, headers)) {
    const wait = retryAfterS(headers, vendor.now());
    // A 503 is no such sign, whatever it asks to wait: a proxy sends it when the answer of what it had passed on is late.
    const options = { notTaken: status === 429, ...(wait === null ? {} : { retryAfterS: wait }) };
    return new AppError('upstream_unavailable', answered, options);
  }
  if (status === 404 || status === 410) {
    return new AppError('refused', `${answered}: the target is gone`);
  }
  return new AppError('upstream_refused', `${answered}${reason(status, call.credential)}`);
}

/** Whether the same call may be answered otherwise later. */
function isTransient({ later = [] }: FailedCall, status: number, headers: Headers): boolean {
  return later.includes(status) || status >= 500 || (status >= 400 && saysUsedUp(status, headers));
}

function reason(status: number, credential: string | null): string {
  if (status < 400) return ': redirects are not followed';
  if (status !== 401 && status !== 403) return '';
  return `: ${credential === null ? 'the call' : `the credential in ${credential}`} was refused`;
}

/** What a call without a whole answer means; the error is named by its code, since it may quote the request. */
export function silence({ timeoutMs, signal }: Vendor, what: string, error: unknown): AppError {
  const why =
    error instanceof Error && error.name === 'TimeoutError'
      ? signal?.aborted
        ? 'in the time that it shares with other calls'
        : `within ${timeoutMs} ms`
      : `(${connectionCode(error)})`;
  const notTaken = NOT_CONNECTED.includes(connectionCode(error));
  return new AppError('upstream_unavailable', `${what} did not answer ${why}`, { notTaken });
}

/** What a connection is called that never came about, so that nothing was sent by it. */
const NOT_CONNECTED: readonly string[] = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
];

/** The system's name for what went wrong, such as ECONNREFUSED, from wherever fetch has put it. */
function connectionCode(error: unknown): string {
  const causes = error instanceof Error ? [error.cause, error] : [];
  const codes = causes.map((one) => (one instanceof Error && 'code' in one ? one.code : null));
  const code = codes.find((one) => typeof one === 'string' && /^[A-Z][A-Z0-9_]{2,40}$/.test(one));
  return typeof code === 'string' ? code : 'the connection broke';
}
