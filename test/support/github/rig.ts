import { gitHubPlatform } from '../../../lib/platforms/github.js';
import type { ActionRequest, Platform, Prepared } from '../../../lib/platforms/platform.js';
import { type GitHubServer, startGitHubServer } from '../github-server.js';
import { stored } from '../vendor/outcome.js';
import { askingFor, ROLLBACK, VendorRig } from '../vendor/rig.js';
import { APP_ID, APP_KEY } from './app.js';
import { type GitHubRepository, gitHubRepository } from './repository.js';

const COMMON = {
  type: 'github',
  repository: 'acme/shop',
  environment: 'production',
  credential: 'GITHUB_TOKEN',
} as const;

/** A component that is rolled back by a deployment. */
export const BY_DEPLOYMENT = {
  ...COMMON,
  rollback: { by: 'deployment' },
} as const satisfies ActionRequest['target'];

/** One that is rolled back by a run of a workflow. */
export const BY_WORKFLOW = {
  ...COMMON,
  rollback: {
    by: 'workflow',
    workflow: 'rollback.yml',
    ref: 'main',
    version_input: 'version',
    inputs: { app: 'shop' },
  },
} as const satisfies ActionRequest['target'];

/** One that is rolled back by a pull request, which a person merges. */
export const BY_REVERT = {
  ...COMMON,
  rollback: { by: 'revert', base: 'main', merge: false, merge_method: 'merge' },
} as const satisfies ActionRequest['target'];

/** One whose pull request Forestall merges. */
export const BY_MERGE = {
  ...COMMON,
  rollback: { ...BY_REVERT.rollback, merge: true },
} as const satisfies ActionRequest['target'];

/** The same component, reached as a GitHub App. */
export const asApp = <T extends object>(target: T) => ({
  ...target,
  credential: 'GITHUB_APP' as const,
});

/** What the environment tells of the app. */
export const APP_VARIABLES: Readonly<Record<string, string>> = {
  GITHUB_APP_ID: APP_ID,
  GITHUB_APP_PRIVATE_KEY: APP_KEY,
};

/** GitHub's adapter, and a server with one repository `acme/shop`. */
export class GitHubRig extends VendorRig<GitHubServer, GitHubRepository> {
  constructor() {
    super({
      credential: 'GITHUB_TOKEN',
      adapter: gitHubPlatform,
      start: (given, options) =>
        startGitHubServer({ ...options, repositories: [gitHubRepository('acme/shop', given)] }),
    });
  }

  /** The usual repository as it is now. */
  get repository(): GitHubRepository {
    const repository = this.server.state.get('acme/shop');
    if (repository === undefined) throw new Error('the repository is gone');
    return repository;
  }

  /** The adapter where the environment tells an app, and no token. */
  appPlatform(variables: Readonly<Record<string, string>> = APP_VARIABLES): Platform {
    return this.platform({ credential: (name) => variables[name] });
  }

  /** Prepare, and answer what the database would give back. */
  async prepare(request: ActionRequest): Promise<Prepared> {
    return stored(await this.platform().prepare(request));
  }
}

/** A request for a rollback of the usual component. */
export function asking(
  target: ActionRequest['target'],
  given: Partial<ActionRequest> = {},
): ActionRequest {
  return askingFor({ target, action: ROLLBACK }, given);
}
