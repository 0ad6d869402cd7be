import type { Deployment } from './answers.js';
import { originOf } from './origin.js';

/** Where the metadata of a deployment holds its commit, by who keeps the repository. */
const COMMITS = ['githubCommitSha', 'gitlabCommitSha', 'bitbucketCommitSha'] as const;

/** The commit that a deployment was built of; null where Vercel tells none. */
export function commitOf({ meta }: Deployment): string | null {
  for (const name of COMMITS) {
    const commit = meta[name];
    if (typeof commit === 'string' && commit !== '') return commit;
  }
  return null;
}

/** What a deployment runs: its commit, else the deployment that its source was first built as. */
export const versionOf = (deployment: Deployment): string =>
  commitOf(deployment) ?? originOf(deployment);
