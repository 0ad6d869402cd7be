import { AppError } from '../errors.js';
import type { Scope } from '../security/scope.js';

/** A holder of an API key. */
export interface KeyIdentity {
  readonly kind: 'key';
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** The only component that the key is good for, or null for all. */
  readonly component: string | null;
}

/** The queue, delivering a message whose signature has been verified. */
export interface QueueIdentity {
  readonly kind: 'queue';
  readonly messageId: string;
  /** Deliveries of this message before this one. */
  readonly retried: number;
}

/** The platform's daily cron. */
export interface CronIdentity {
  readonly kind: 'cron';
}

/** A monitoring tool that has shown its own secret. */
export interface WebhookIdentity {
  readonly kind: 'webhook';
  readonly source: string;
}

/** Anybody: good for nothing but saying that we are alive. */
export interface AnonymousIdentity {
  readonly kind: 'anonymous';
}

/** Who calls. */
export type Identity =
  | KeyIdentity
  | QueueIdentity
  | CronIdentity
  | WebhookIdentity
  | AnonymousIdentity;

/**
 * Refuse a key that is bound to another component than the one in question.
 *
 * @param component - null when the request is about all components
 * @throws {AppError} `forbidden`
 */
export function requireComponent(identity: Identity, component: string | null): void {
  if (identity.kind !== 'key' || identity.component === null) return;
  if (identity.component === component) return;
  throw new AppError('forbidden', `this key is good for the component ${identity.component} only`);
}
