/** What went wrong, as a closed set: `lib/http/problem.ts` must have a row for each. */
export type ErrorCode =
  | 'invalid'
  | 'unauthorized'
  | 'forbidden'
  | 'not_found'
  | 'method_not_allowed'
  | 'conflict'
  | 'idempotency_mismatch'
  | 'in_progress'
  | 'too_large'
  | 'unsupported_media_type'
  | 'refused'
  | 'paused'
  | 'gone'
  | 'misconfigured'
  | 'upstream_refused'
  | 'upstream_unavailable'
  | 'unavailable';

/** More about a failure than its sentence. */
export interface AppErrorOptions extends ErrorOptions {
  /** Seconds after which a second try makes sense. */
  readonly retryAfterS?: number;
  /** Whether it is certain that the call which failed was not taken by whom it was sent to. No by default. */
  readonly notTaken?: boolean;
  /** Machine-readable members for the problem document; never a secret. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * A failure that Forestall understands.
 *
 * The message says what happened, to what, and what to do; it is shown to callers, so it never
 * holds a secret, a connection string, a URL with a query, or a vendor's body.
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly retryAfterS: number | undefined;
  readonly notTaken: boolean;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options);
    this.name = 'AppError';
    this.code = code;
    this.retryAfterS = options.retryAfterS;
    this.notTaken = options.notTaken ?? false;
    this.details = options.details;
  }
}
