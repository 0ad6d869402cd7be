import { afterEach, beforeEach } from 'vitest';
import type { Action } from '../../../lib/domain/decide/action.js';
import { type GitHubOptions, gitHubPlatform } from '../../../lib/platforms/github.js';
import type { ActionRequest, Platform, Prepared } from '../../../lib/platforms/platform.js';
import { type GitHubServer, startGitHubServer } from '../github-server.js';
import { stored, TOKEN } from '../vendor/outcome.js';
import { type GitHubRepository, gitHubRepository } from './repository.js';

/** The instant at which each test begins, and its recovery, too. */
export const SINCE = new Date('2026-03-02T00:00:00Z');
export const ROLLBACK = {
  name: 'rollback',
  rollback_type: 'deployment',
} as const satisfies Action;
export const RECOVERY_ID = '0199c0de-0000-7000-8000-000000000001';

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

/** An adapter, and the server that it calls. */
export interface GitHubRig {
  /** The clock of both. */
  now: Date;
  readonly server: GitHubServer;
  /** The usual repository as it is now. */
  readonly repository: GitHubRepository;
  platform(given?: Partial<GitHubOptions>): Platform;
  /** Prepare, and answer what the database would give back. */
  prepare(request: ActionRequest): Promise<Prepared>;
  /** Begin anew with another repository than the usual one. */
  restartWith(given: Partial<GitHubRepository>, finish?: 'at_once' | 'by_hand'): Promise<void>;
  /** The names of the calls so far. */
  operations(): readonly string[];
}

/** Give each test of a file its own server, with one repository `acme/shop`, and end it after the test. */
export function gitHubRig(): GitHubRig {
  let server: GitHubServer | undefined;
  const rig: GitHubRig = {
    now: new Date(SINCE),
    get server() {
      if (server === undefined) throw new Error('the server runs only within a test');
      return server;
    },
    get repository() {
      const repository = rig.server.state.get('acme/shop');
      if (repository === undefined) throw new Error('the repository is gone');
      return repository;
    },
    platform: (given = {}) =>
      gitHubPlatform({
        baseUrl: rig.server.url,
        credential: (name) => (name === 'GITHUB_TOKEN' ? TOKEN : undefined),
        fetch,
        now: () => rig.now,
        timeoutMs: 5000,
        ...given,
      }),
    prepare: async (request) => stored(await rig.platform().prepare(request)),
    async restartWith(given, finish = 'at_once') {
      await server?.close();
      const repositories = [gitHubRepository('acme/shop', given)];
      server = await startGitHubServer({ token: TOKEN, repositories, now: () => rig.now, finish });
    },
    operations: () => rig.server.calls.map(({ operation }) => operation),
  };
  beforeEach(async () => {
    rig.now = new Date(SINCE);
    await rig.restartWith({});
  });
  afterEach(async () => {
    const ending = server;
    server = undefined;
    await ending?.close();
  });
  return rig;
}

/** A request for a rollback of the usual component. */
export function asking(
  target: ActionRequest['target'],
  given: Partial<ActionRequest> = {},
): ActionRequest {
  return {
    recoveryId: RECOVERY_ID,
    component: 'shop',
    target,
    action: ROLLBACK,
    byPerson: false,
    ...given,
  };
}
