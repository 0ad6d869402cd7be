import { createHash } from 'node:crypto';
import { AppError, type ErrorCode } from '../errors.js';

/** Which request is meant: a caller and path, and the key that the caller chose. */
export interface RequestKey {
  readonly scope: string;
  readonly key: string;
}

/** What is known of a request. */
export interface Begun {
  /** Whether this request took the key just now, and is to run. */
  readonly fresh: boolean;
  /** Hash of the request that has the key. */
  readonly bodyHash: string;
  /** Status of its answer, or null while it runs. */
  readonly status: number | null;
  /** Its answer, as given to {@link IdempotencyStore.finish}. */
  readonly answer: string | null;
}

/** Remembers requests for a day. */
export interface IdempotencyStore {
  /** Take the key, or learn what became of the request that has it; of two racing ones, one is fresh. */
  begin(request: RequestKey & { readonly bodyHash: string }): Promise<Begun>;
  /** Keep the answer. */
  finish(done: RequestKey & { readonly status: number; readonly answer: string }): Promise<void>;
  /** Give the key back, so that a repeat runs. */
  abandon(request: RequestKey): Promise<void>;
}

/** An answer, and whether a repeat is to get it (or to run again). */
export interface Outcome {
  readonly response: Response;
  readonly final: boolean;
}

/** One request that may be a repeat. */
export interface Repeatable {
  readonly store: IdempotencyStore;
  readonly request: RequestKey & { readonly bodyHash: string };
  /**
   * Whether to run without the store when it cannot be reached: only for work that does no harm twice
   * by itself.
   */
  readonly bestEffort: boolean;
  /** Told of a store that failed, when the request goes on without it. */
  readonly onStoreFailure: (error: unknown) => void;
}

/** How long a caller waits before asking again what became of its running request. */
const RUNNING_RETRY_S = 2;

const AWAY: readonly ErrorCode[] = ['unavailable', 'upstream_unavailable'];

/** Headers that belong to an answer, and come again with it. */
const KEPT_HEADERS = ['content-type', 'location', 'retry-after'];

/**
 * Read the key that a caller gave its request, or null without one.
 *
 * @throws {AppError} `invalid` unless it has 1 to 255 printable ASCII characters
 */
export function idempotencyKey(headers: Headers): string | null {
  const key = headers.get('idempotency-key');
  if (key === null || /^[\x20-\x7e]{1,255}$/.test(key)) return key;
  throw new AppError('invalid', 'an idempotency-key has 1 to 255 printable ASCII characters');
}

/** Hash what makes two requests the same: their query, in any order, and their decompressed body. */
export function requestHash(query: Readonly<Record<string, string>>, rawBody: string): string {
  const sorted = Object.entries(query).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(`${JSON.stringify(sorted)}\n${rawBody}`)
    .digest('hex');
}

async function kept(response: Response): Promise<{ answer: string; again: Response }> {
  const body = await response.text();
  const headers = Object.fromEntries(
    KEPT_HEADERS.flatMap((name) => {
      const value = response.headers.get(name);
      return value === null ? [] : [[name, value]];
    }),
  );
  const again = new Response(body === '' ? null : body, response);
  return { answer: JSON.stringify({ headers, body }), again };
}

function replayed(status: number, answer: string): Response {
  const { headers, body }: { headers: Record<string, string>; body: string } = JSON.parse(answer);
  return new Response(body === '' ? null : body, {
    status,
    headers: { ...headers, 'idempotency-replayed': 'true' },
  });
}

function earlier(begun: Begun, bodyHash: string): Response {
  if (begun.bodyHash !== bodyHash) {
    throw new AppError(
      'idempotency_mismatch',
      'this idempotency-key was used for a request with another body or query; choose a new one',
    );
  }
  if (begun.status === null || begun.answer === null) {
    throw new AppError('in_progress', 'a request with this idempotency-key is still running', {
      retryAfterS: RUNNING_RETRY_S,
    });
  }
  return replayed(begun.status, begun.answer);
}

/** Once the work is done its answer is given, even when it cannot be kept. */
async function conclude(one: Repeatable, outcome: Outcome): Promise<Response> {
  const { scope, key } = one.request;
  const { answer, again } = await kept(outcome.response);
  try {
    if (outcome.final) await one.store.finish({ scope, key, status: again.status, answer });
    else await one.store.abandon({ scope, key });
  } catch (error) {
    one.onStoreFailure(error);
  }
  return again;
}

async function begin(one: Repeatable): Promise<Begun | null> {
  try {
    return await one.store.begin(one.request);
  } catch (error) {
    const away = error instanceof AppError && AWAY.includes(error.code);
    if (!one.bestEffort || !away) throw error;
    one.onStoreFailure(error);
    return null;
  }
}

/**
 * Run a request once, however often it is repeated: a repeat gets the first answer, marked
 * `Idempotency-Replayed`.
 *
 * @param run - does the work; must not throw
 * @throws {AppError} `idempotency_mismatch`, or `in_progress` while the first still runs
 * @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
 */
export async function answerOnce(one: Repeatable, run: () => Promise<Outcome>): Promise<Response> {
  const begun = await begin(one);
  if (begun === null) return (await run()).response;
  if (!begun.fresh) return earlier(begun, one.request.bodyHash);
  return conclude(one, await run());
}
