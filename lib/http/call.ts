import type * as z from 'zod';
import type { BodyReader } from './body-reader.js';
import type { HttpDeps } from './deps.js';
import type { Identity } from './identity.js';

/** One request, authenticated and parsed. */
export interface Call<I extends Identity, B, Q> {
  readonly identity: I;
  /** As it was asked for; read ids from its path with `pathId` or `pathParts`. */
  readonly url: URL;
  readonly query: Q;
  readonly body: B;
  /** The decompressed text of the body; empty where none is read. */
  readonly rawBody: string;
  /** Those that the endpoint asked for, by their lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly requestId: string;
  readonly now: Date;
}

/** What an endpoint takes in. */
export interface EndpointOptions<B, Q> {
  /** Absent: no body is read. */
  readonly body?: BodyReader<B>;
  /** Absent: a query is refused. All values are texts. */
  readonly query?: z.ZodType<Q>;
  /** Headers that the handler wants to see, in lower case. */
  readonly headers?: readonly string[];
  /** Names that rewrites put into the query, to be dropped from it. */
  readonly routed?: readonly string[];
  /** Parts of the path that are secrets and never logged: of `/api/webhooks/x/token` part 3. */
  readonly secretParts?: readonly number[];
  /**
   * `best_effort` runs a request with an idempotency key even when keys cannot be looked up: for work
   * that does no harm twice by itself.
   */
  readonly idempotency?: 'strict' | 'best_effort';
}

/**
 * The work of an endpoint: answers a plain value (200, JSON), nothing (204), or a Response.
 *
 * An `AppError` it throws becomes the problem of its code.
 */
export type Handler<I extends Identity, B, Q> = (call: Call<I, B, Q>) => unknown;

/** A request whose caller is not known yet. */
export interface Attempt {
  readonly request: Request;
  readonly url: URL;
  readonly deps: HttpDeps;
  readonly now: Date;
  /** Read the body, once: only callers that sign it have it read before they are known. */
  readonly rawBody: () => Promise<string>;
}

/** Finds out who calls. @throws {AppError} `unauthorized`, `forbidden`, `misconfigured` */
export type Authenticate<I extends Identity> = (attempt: Attempt) => Promise<I>;
