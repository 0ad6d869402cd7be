import { randomUUID } from 'node:crypto';
import { loggedError } from './error-log.js';
import type { Identity } from './identity.js';
import { writeLog } from './log.js';
import { type Problem, problemOf, problemResponse, queueProblemResponse } from './problem.js';

/** What is noted of one request while it is served. */
export interface Trace {
  readonly requestId: string;
  readonly method: string;
  /** The path that is logged: no query, secret parts taken out. */
  readonly path: string;
  readonly startedMs: number;
  write: (line: Readonly<Record<string, unknown>>) => void;
  identity: Identity | null;
  problem: Problem | null;
  error: unknown;
}

const MAX_PATH = 200;

/**
 * Begin to note a request.
 *
 * @param secretParts - places of secrets in the path: `/a/b` has 0 and 1
 */
export function beginTrace(request: Request, secretParts: readonly number[]): Trace {
  const parts = new URL(request.url).pathname.slice(1).split('/');
  const isSecret = (part: string, place: number): boolean =>
    secretParts.includes(place) || part.startsWith('fst_');
  const shown = parts.map((part, place) => (isSecret(part, place) ? '[secret]' : part));
  return {
    requestId: randomUUID(),
    method: request.method,
    path: `/${shown.join('/')}`.slice(0, MAX_PATH),
    startedMs: performance.now(),
    write: writeLog,
    identity: null,
    problem: null,
    error: null,
  };
}

/** Turn a failure into an answer in the terms of whoever called, and note it. */
export function refusal(trace: Trace, error: unknown): Response {
  trace.problem = problemOf(error);
  trace.error = error;
  return trace.identity?.kind === 'queue'
    ? queueProblemResponse(trace.problem)
    : problemResponse(trace.problem);
}

function who(identity: Identity | null): object {
  if (identity === null) return { caller: null };
  if (identity.kind === 'key') return { caller: 'key', key_id: identity.id };
  if (identity.kind === 'webhook') return { caller: 'webhook', source: identity.source };
  if (identity.kind !== 'queue') return { caller: identity.kind };
  return { caller: 'queue', message_id: identity.messageId, retried: identity.retried };
}

/** What a caller did wrong is told by its code; its words stay out of the log. What we did is told. */
function failure({ problem, error, identity }: Trace): object {
  const code = problem === null ? {} : { code: problem.code };
  const isOurs = problem === null || problem.status >= 500 || identity?.kind === 'queue';
  return error !== null && isOurs ? { ...code, error: loggedError(error) } : code;
}

function levelOf({ error, problem }: Trace, status: number): 'error' | 'warn' | 'info' {
  if (status >= 500) return 'error';
  return error !== null && problem === null ? 'warn' : 'info';
}

/** A log that fails must not fail the request. */
function safely(write: () => void): void {
  try {
    write();
  } catch {
    writeLog({ level: 'error', message: 'the log could not be written' });
  }
}

/** Stamp the answer and log the request, in one line. */
export function endTrace(trace: Trace, response: Response): Response {
  const { requestId, method, path } = trace;
  const stamped = new Response(response.body, response);
  stamped.headers.set('x-request-id', requestId);
  stamped.headers.set('cache-control', 'no-store');
  stamped.headers.set('x-content-type-options', 'nosniff');
  safely(() =>
    trace.write({
      level: levelOf(trace, response.status),
      request_id: requestId,
      method,
      path,
      status: response.status,
      ms: Math.round(performance.now() - trace.startedMs),
      ...who(trace.identity),
      ...(response.headers.has('idempotency-replayed') ? { replayed: true } : {}),
      ...failure(trace),
    }),
  );
  return stamped;
}
