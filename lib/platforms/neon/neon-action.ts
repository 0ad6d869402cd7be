import type { NeonRef } from '../../domain/platform-refs/neon.js';
import type { VendorAction, VendorStep } from '../vendor-action.js';
import type { NeonCalls } from './calls.js';
import type { SessionBox } from './session-box.js';

/** What one step of an action at Neon works with; its target is a compute endpoint. */
export interface NeonStep extends VendorStep {
  readonly target: NeonRef;
  readonly calls: NeonCalls;
  /** The API's address, for a dry run. */
  readonly baseUrl: string;
  /** Open the way to the database's sessions. @throws {AppError} `refused` when there is none */
  readonly sessions: () => SessionBox;
}

/** One action at Neon. */
export type NeonAction = VendorAction<NeonStep>;
