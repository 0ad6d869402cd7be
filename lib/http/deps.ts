import type { VerifyQueue } from '../queue/verify.js';
import type { IdempotencyStore } from './idempotency.js';
import type { KeyIdentity } from './identity.js';

/** What a monitoring tool shows of itself, before anything of it is believed. */
export interface WebhookAttempt {
  /** The source that the path names, e.g. `alertmanager`. */
  readonly source: string;
  /** What follows the source in the path: the secret of tools that can send none, or null. */
  readonly pathToken: string | null;
  readonly headers: Headers;
  readonly rawBody: string;
  readonly now: Date;
}

/** What the wrappers need of the installation. */
export interface HttpDeps {
  readonly keys: {
    /** Whose key this is, or null when it is not genuine, has expired or was revoked. */
    authenticate(token: string, now: Date): Promise<KeyIdentity | null>;
  };
  readonly verifyQueue: VerifyQueue;
  /** The secret of the platform's cron; without it no cron is believed. */
  readonly cronSecret: string | undefined;
  readonly webhooks: {
    /** Whether the source exists and the attempt shows its secret. Must compare in constant time. */
    authenticate(attempt: WebhookAttempt): Promise<boolean>;
  };
  readonly idempotency: IdempotencyStore;
  /** Where log lines go; the standard output when absent. */
  readonly log?: (line: Readonly<Record<string, unknown>>) => void;
  now(): Date;
}
