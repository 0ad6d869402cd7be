import { AppError, type ErrorCode } from '../errors.js';

interface Row {
  readonly status: number;
  readonly title: string;
  /** Whether the very same request may succeed later, without anybody changing anything. */
  readonly retryable?: true;
}

const ROWS: Record<ErrorCode, Row> = {
  invalid: { status: 400, title: 'The request is not valid' },
  unauthorized: { status: 401, title: 'The caller could not be authenticated' },
  forbidden: { status: 403, title: 'The caller may not do this' },
  not_found: { status: 404, title: 'There is no such thing' },
  method_not_allowed: { status: 405, title: 'The method is not allowed here' },
  conflict: { status: 409, title: 'The present state does not allow this' },
  in_progress: { status: 409, title: 'The same request is still running', retryable: true },
  refused: { status: 409, title: 'A guard refused' },
  paused: { status: 409, title: 'Automatic action is paused' },
  gone: { status: 410, title: 'This is gone for good' },
  too_large: { status: 413, title: 'The request is too large' },
  unsupported_media_type: { status: 415, title: 'The content is of an unsupported type' },
  idempotency_mismatch: { status: 422, title: 'The idempotency key was used for another request' },
  misconfigured: { status: 500, title: 'The installation is not configured for this' },
  upstream_refused: { status: 502, title: 'Another system refused' },
  upstream_unavailable: { status: 503, title: 'Another system is unavailable', retryable: true },
  unavailable: { status: 503, title: 'The service is unavailable', retryable: true },
};

/** Seconds after which to try again when nothing better is known: about a database's waking time. */
const DEFAULT_RETRY_S = 5;

/** A failure in the terms of HTTP. */
export interface Problem {
  readonly status: number;
  /** A stable {@link ErrorCode}, or `internal` for what nobody foresaw. */
  readonly code: ErrorCode | 'internal';
  readonly retryable: boolean;
  /** Seconds, where known. */
  readonly retryAfterS: number | null;
  /** The document of RFC 9457. */
  readonly body: Readonly<Record<string, unknown>>;
}

const INTERNAL: Problem = {
  status: 500,
  code: 'internal',
  // What is unexpected may well be transient; the queue gives up by itself after its retries.
  retryable: true,
  retryAfterS: null,
  body: {
    type: 'urn:forestall:problem:internal',
    title: 'Something unexpected went wrong',
    status: 500,
    code: 'internal',
  },
};

/** Put a caught value into the terms of HTTP; of an unexpected one nothing is told but that it was. */
export function problemOf(error: unknown): Problem {
  if (!(error instanceof AppError)) return INTERNAL;
  const { status, title, retryable = false } = ROWS[error.code];
  return {
    status,
    code: error.code,
    retryable,
    retryAfterS: error.retryAfterS ?? null,
    body: {
      ...error.details,
      type: `urn:forestall:problem:${error.code}`,
      title,
      status,
      detail: error.message,
      code: error.code,
    },
  };
}

const respond = (problem: Problem, status: number, headers: Record<string, string>): Response =>
  Response.json(
    { ...problem.body, status },
    { status, headers: { 'content-type': 'application/problem+json', ...headers } },
  );

const retryAfter = (seconds: number): Record<string, string> => ({
  'retry-after': String(Math.max(0, Math.ceil(seconds))),
});

/**
 * Answer a problem to a person, a service or a tool.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9457
 */
export function problemResponse(problem: Problem): Response {
  const waitS = problem.retryAfterS ?? (problem.status === 503 ? DEFAULT_RETRY_S : null);
  return respond(problem, problem.status, {
    ...(waitS === null ? {} : retryAfter(waitS)),
    ...(problem.status === 401 ? { 'www-authenticate': 'Bearer realm="forestall"' } : {}),
  });
}

/**
 * Answer a problem to the queue: 489 is never again, 503 (or 500) is later.
 *
 * Without a known time the queue keeps to the delays of the message, so none is made up here.
 *
 * @see https://upstash.com/docs/qstash/features/retry
 */
export function queueProblemResponse(problem: Problem): Response {
  if (!problem.retryable) return respond(problem, 489, { 'upstash-nonretryable-error': 'true' });
  const status = problem.code === 'internal' ? 500 : 503;
  return respond(
    problem,
    status,
    problem.retryAfterS === null ? {} : retryAfter(problem.retryAfterS),
  );
}
