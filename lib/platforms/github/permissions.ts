import type { PlatformRef } from '../../domain/component.js';

/** How a component is rolled back. */
type GitHubRollback = Extract<PlatformRef, { type: 'github' }>['rollback'];

/** How far a permission goes. */
export type Level = 'read' | 'write';

/** What a token may do to one repository, by GitHub's names of permissions. */
export type Permissions = Readonly<Record<string, Level>>;

/**
 * The least that each way of rolling back needs.
 *
 * @see https://docs.github.com/en/rest/authentication/permissions-required-for-github-apps
 */
const NEEDED: Readonly<Record<GitHubRollback['by'], Permissions>> = {
  deployment: { deployments: 'write' },
  workflow: { actions: 'write', deployments: 'read' },
  revert: { contents: 'write', pull_requests: 'write', deployments: 'read' },
};

/** What a rollback needs. */
export const permissionsFor = ({ by }: GitHubRollback): Permissions => NEEDED[by];

/** What of it somebody has not got, in words; empty where nothing is missing. */
export function missingPermissions(
  needed: Permissions,
  given: Readonly<Record<string, unknown>>,
): string[] {
  const suffices = (name: string, level: Level): boolean =>
    given[name] === level || given[name] === 'write' || given[name] === 'admin';
  return Object.entries(needed)
    .filter(([name, level]) => !suffices(name, level))
    .map(([name, level]) => `${name}: ${level}`);
}
