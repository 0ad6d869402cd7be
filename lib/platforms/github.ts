import { AppError } from '../errors.js';
import { gitHubAccess } from './github/access.js';
import { appTokens } from './github/app-tokens.js';
import { gitHubCalls } from './github/calls.js';
import { commitCache } from './github/commit-cache.js';
import { permissionsFor } from './github/permissions.js';
import { revertCalls } from './github/revert-calls.js';
import { rollback } from './github/rollback.js';
import type { ActionRequest, Platform } from './platform.js';
import { openVendor, type VendorOptions } from './vendor.js';
import { vendorPlatform } from './vendor-action.js';

/** How the adapter to GitHub is built. */
export interface GitHubOptions extends VendorOptions {
  /** How long GitHub may take to show what it has accepted, milliseconds; 30 s by default. */
  readonly settleMs?: number;
  /** How long one step of a rollback may take, milliseconds; as {@link vendorPlatform} by default. */
  readonly stepMs?: number;
}

/** The run of a workflow appears some seconds after it was asked for. */
const SETTLE_MS = 30_000;

/** What can be done to a component through its repository. */
export const GITHUB_ACTIONS: Platform['actions'] = ['rollback'];

/**
 * GitHub's REST API as a {@link Platform}: rollback by the team's own workflow, by deploying the previous
 * commit, or by a pull request that reverts to it; with a token, or as a GitHub App.
 *
 * @throws {AppError} `misconfigured` when the address is neither https nor on this machine
 * @see https://docs.github.com/en/rest
 */
export function gitHubPlatform({
  settleMs = SETTLE_MS,
  stepMs,
  ...options
}: GitHubOptions): Platform {
  const vendor = openVendor('GitHub', options, {
    accept: 'application/vnd.github+json',
    headers: { 'x-github-api-version': '2022-11-28' },
  });
  const tokens = appTokens(vendor);
  const commits = commitCache();
  return vendorPlatform({
    name: 'github',
    title: 'GitHub',
    baseUrl: vendor.baseUrl,
    can: GITHUB_ACTIONS,
    actions: { rollback },
    stepMs,
    step: (request, signal) => {
      const target = targetOf(request);
      const { repository, credential, environment, rollback: how } = target;
      const wanted = { credential, repository, permissions: permissionsFor(how) };
      const { onlyLook: leavesReserve = false } = request;
      const access = gitHubAccess({ ...vendor, signal, leavesReserve }, tokens, wanted);
      const calls = { ...gitHubCalls(access, target), ...revertCalls(access, target, commits) };
      const common = { request, calls, now: vendor.now(), settleMs };
      return { ...common, targetId: repository, environment, rollback: how };
    },
  });
}

function targetOf({ target, component }: ActionRequest) {
  if (target.type === 'github') return target;
  throw new AppError('refused', `${component} is not deployed through GitHub`);
}
