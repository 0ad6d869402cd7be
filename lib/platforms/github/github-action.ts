import type { PlatformRef } from '../../domain/component.js';
import type { VendorAction, VendorStep } from '../vendor-action.js';
import type { GitHubCalls } from './calls.js';
import type { RevertCalls } from './revert-calls.js';

/** Where a component's versions come from, and how it is rolled back. */
export type GitHubRef = Extract<PlatformRef, { type: 'github' }>;

/** What one step of a rollback through GitHub works with; its target is a repository. */
export interface GitHubStep extends VendorStep {
  readonly calls: GitHubCalls & RevertCalls;
  readonly environment: string;
  readonly rollback: GitHubRef['rollback'];
}

/** One action through GitHub. */
export type GitHubAction = VendorAction<GitHubStep>;

/** How a component is rolled back by a revert. */
export type ByRevert = Extract<GitHubRef['rollback'], { by: 'revert' }>;

/** One step of a rollback by a revert. */
export interface RevertStep extends GitHubStep {
  readonly rollback: ByRevert;
}
