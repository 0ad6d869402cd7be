import type { Attempt } from './attempt.js';
import type { Published } from './publish.js';
import type { SigningKeyPair } from './signing-keys.js';

/** How a local queue is to run. */
export interface QueueOptions {
  /** 0 for any free one. */
  readonly port: number;
  readonly host: string;
  /** Where it keeps what it must not forget; without one it forgets all when it stops. */
  readonly folder?: string | undefined;
  /** What clients must send as their bearer token. */
  readonly token: string;
  readonly currentSigningKey: string;
  readonly nextSigningKey: string;
  /**
   * Every delay, retry delay and rate period is multiplied by this, above 0; default 1. Cron times,
   * timeouts and the deduplication window are not.
   */
  readonly timeScale?: number | undefined;
  /** Most retries of a message, 0 or more; what asks for more gets these. Default 5. */
  readonly maxRetries?: number | undefined;
  /** Whether to deliver to other machines too; default false. */
  readonly allowAnyDestination?: boolean | undefined;
  /** The present instant in milliseconds; default the system's clock. */
  readonly now?: (() => number) | undefined;
  /** Called after each attempt to deliver. */
  readonly onAttempt?: ((attempt: Attempt) => void) | undefined;
}

/** A local queue at work. */
export interface LocalQueue {
  /** What `QSTASH_URL` has to be. */
  readonly url: string;
  readonly token: string;
  readonly currentSigningKey: string;
  readonly nextSigningKey: string;
  /** The attempts so far, oldest first; of very many only the last 10,000. */
  readonly attempts: readonly Attempt[];
  /** Wait until nothing is left to deliver; `false` when that took longer than `timeoutMs`. */
  idle(timeoutMs: number): Promise<boolean>;
  /** Fire a schedule now. */
  fire(scheduleId: string): Promise<Published>;
  /** Make the next signing key the current one; lasts until the queue stops. */
  rotateKeys(): SigningKeyPair;
  /** Stop; what is not delivered is delivered after the next start, if there is a folder. */
  close(): Promise<void>;
}
