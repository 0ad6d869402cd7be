import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { App } from '../../lib/app.js';
import { checkHealing } from '../../lib/flows/check-healing.js';
import { APP_ID, APP_KEY, APP_TOKEN } from '../support/github/app.js';
import { gitHubDeployment, gitHubRepository } from '../support/github/repository.js';
import { type GitHubServer, startGitHubServer } from '../support/github-server.js';
import { startTestStack, type TestStack } from '../support/stack.js';

const MINT = 'apps/create-installation-access-token';

/** Components that are reached as an app, and why they cannot be healed; null where they can. */
const COMPONENTS: readonly (readonly [string, object, string | null])[] = [
  ['deployed', { repository: 'acme/shop', rollback: { by: 'deployment' } }, null],
  ['run', { repository: 'acme/api', rollback: { by: 'workflow', workflow: 'rollback.yml' } }, null],
  ['reverted', { repository: 'acme/site', rollback: { by: 'revert' } }, null],
  [
    'elsewhere',
    { repository: 'acme/elsewhere', rollback: { by: 'deployment' } },
    'it is not installed there',
  ],
  ['once', { repository: 'acme/once', rollback: { by: 'deployment' } }, 'no other commit'],
  [
    'unread',
    { repository: 'acme/shop', rollback: { by: 'deployment' }, credential: 'GITHUB_APP_UNREAD' },
    'GITHUB_APP_UNREAD_PRIVATE_KEY holds no RSA key',
  ],
  [
    'unset',
    { repository: 'acme/shop', rollback: { by: 'deployment' }, credential: 'GITHUB_APP_UNSET' },
    'GITHUB_APP_UNSET_ID is not set',
  ],
];

let stack: TestStack;
let gitHub: GitHubServer;
let app: App;

beforeAll(async () => {
  const live = gitHubDeployment(1, { states: ['success'] });
  gitHub = await startGitHubServer({
    token: 'github_test',
    repositories: [
      ...['acme/shop', 'acme/api', 'acme/site', 'acme/elsewhere'].map((id) => gitHubRepository(id)),
      gitHubRepository('acme/once', { deployments: [live] }),
    ],
  });
  gitHub.app.state.installation.repositories.push('once');
  stack = await startTestStack({
    env: {
      GITHUB_API_URL: gitHub.url,
      GITHUB_APP_ID: APP_ID,
      GITHUB_APP_PRIVATE_KEY: APP_KEY,
      GITHUB_APP_UNREAD_ID: APP_ID,
      GITHUB_APP_UNREAD_PRIVATE_KEY: 'no key',
    },
  });
  app = { ...stack.app, log: () => undefined };
  for (const [name, given] of COMPONENTS) {
    const platform = { type: 'github', credential: 'GITHUB_APP', ...given };
    const { status } = await stack.call('PUT', `/api/components/${name}`, { platform });
    expect(status).toBeLessThan(300);
  }
}, 60_000);

afterAll(async () => {
  await stack.close();
  await gitHub.close();
});

describe('checkHealing of what is reached as a GitHub App', () => {
  it('only reads, but for the tokens that it has made for itself', async () => {
    expect(await checkHealing(app)).toEqual({ checked: COMPONENTS.length, more: false });
    const others = gitHub.calls.filter(({ operation }) => operation !== MINT);
    expect(new Set(others.map(({ method }) => method))).toEqual(new Set(['GET']));
    expect(gitHub.effects).toEqual([]);
    const tokens = [...gitHub.app.state.tokens.keys()];
    expect(tokens).toHaveLength(4);
    expect(tokens.every((one) => one.startsWith(APP_TOKEN))).toBe(true);
  });

  it.each(COMPONENTS)('says of %s what it found', async (name, _, why) => {
    const { body } = await stack.call('GET', `/api/components/${name}`);
    const { verdict, actions } = body.can_be_healed;
    expect(verdict).toBe(why === null ? 'yes' : 'no');
    if (why !== null) expect(JSON.stringify(actions)).toContain(why);
  });

  it('names the permission that the app has lost', async () => {
    delete gitHub.app.state.installation.permissions['pull_requests'];
    gitHub.app.state.tokens.clear();
    await app.sql`delete from heal_checks`;
    await checkHealing(app);
    const { body } = await stack.call('GET', '/api/components/reverted');
    expect(JSON.stringify(body.can_be_healed)).toContain(
      'it lacks the permission pull_requests: write',
    );
  });

  it('stores no token and no key', async () => {
    const rows = await app.sql`select to_jsonb(heal_checks) as kept from heal_checks`;
    const kept = JSON.stringify(rows);
    expect(kept).not.toContain('ghs_');
    expect(kept).not.toContain('BEGIN');
  });
});
