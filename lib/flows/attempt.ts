import type { Settings } from '../domain/settings.js';
import { AppError } from '../errors.js';
import type { ActionRequest, Platform } from '../platforms/platform.js';
import type { StoredRecovery } from '../store/recoveries.js';
import type { Held } from '../store/recovery-progress.js';

/** What came of an attempt to execute. */
export type Executed =
  | { readonly kind: 'acted' }
  | { readonly kind: 'failed' }
  /** Guards or premise speak against it now: it was ended before a (further) call. */
  | { readonly kind: 'stopped' }
  /** No further call is made, but how far it came is not known yet: a later attempt looks, and puts back. */
  | { readonly kind: 'given_up' }
  /** Another took the claim over in the middle, or everything was paused: a later attempt carries on. */
  | { readonly kind: 'superseded' }
  | { readonly kind: 'held'; readonly retryAfterS: number }
  | { readonly kind: 'not_due'; readonly state: string };

/** One attempt to execute a recovery: what is held, and what it is done with. */
export interface Attempt {
  readonly held: Held;
  /** As it was when the attempt began. */
  readonly recovery: StoredRecovery;
  readonly platform: Platform;
  readonly request: ActionRequest;
  readonly settings: Settings;
  readonly attempts: number;
  readonly startedAt: Date;
}

/** What an executor of many seconds may answer while it cannot say whether the action was done, seconds. */
export const LOOK_AGAIN_S = 20;

/** Whether a further attempt may mend what went wrong with one. */
export const isWorthAgain = (error: unknown): boolean =>
  !(error instanceof AppError) ||
  error.code === 'upstream_unavailable' ||
  error.code === 'unavailable';
