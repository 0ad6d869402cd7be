import type { Agent } from './agent.js';
import type { ErrorClass } from './error-class.js';

/** The part of an agent that wrapped functions use. */
export type Healer = Pick<
  Agent,
  'observe' | 'countsRequests' | 'recordError' | 'recoverDatabase' | 'cleanMemory'
>;

/** How a function is made to heal itself. Every member has a default. */
export interface HealingOptions {
  /** Recovers, and is told of outcomes; without it the function is only retried and protected. */
  readonly agent?: Healer | undefined;
  /** What the function is called in the error history; its own name by default. */
  readonly name?: string | undefined;
  /** Whether the function talks to the database: then lost connections are the database's. */
  readonly database?: boolean | undefined;
  /** Calls after the first, at most; 3 by default, 0 for a function that must not be repeated. */
  readonly retries?: number | undefined;
  /** Wait before the first retry, doubled each time with jitter, and at most: 100 and 10,000 ms. */
  readonly backoff?: { readonly firstMs?: number; readonly mostMs?: number } | undefined;
  /** Time for one attempt in milliseconds, 30,000 by default; null for no limit. */
  readonly timeoutMs?: number | null | undefined;
  /** Failures in a row that open the breaker, and for how long; 5 and 30,000 ms. Null for none. */
  readonly breaker?: { readonly failures?: number; readonly openMs?: number } | null | undefined;
  /** Whether calls count as requests; by default when nothing else counts requests. */
  readonly observe?: boolean | undefined;
  /** Says what kind of failure an error is; null leaves it to the table. */
  readonly classify?: ((error: unknown) => ErrorClass | null) | undefined;
}
