import type { PlatformRef } from '../../domain/component.js';
import type { VendorAction, VendorStep } from '../vendor-action.js';
import type { GitHubCalls } from './calls.js';

/** Where a component's versions come from, and how it is rolled back. */
export type GitHubRef = Extract<PlatformRef, { type: 'github' }>;

/** What one step of a rollback through GitHub works with; its target is a repository. */
export interface GitHubStep extends VendorStep {
  readonly calls: GitHubCalls;
  readonly rollback: GitHubRef['rollback'];
}

/** One action through GitHub. */
export type GitHubAction = VendorAction<GitHubStep>;
