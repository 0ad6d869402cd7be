import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { APP_ID, APP_KEY } from '../support/github/app.js';
import { mergeInto } from '../support/github/git-world.js';
import { gitHubRepository, gitHubSha } from '../support/github/repository.js';
import { type GitHubServer, startGitHubServer } from '../support/github-server.js';
import { healthy } from '../support/life.js';
import { startTestStack, type TestStack, until } from '../support/stack.js';

let stack: TestStack;
let gitHub: GitHubServer;

beforeAll(async () => {
  const repositories = ['acme/api', 'acme/site', 'acme/shop'].map((id) => gitHubRepository(id));
  gitHub = await startGitHubServer({ token: 'github_test', repositories });
  stack = await startTestStack({
    // A busy machine must not make a test's samples look stale.
    settings: { recoveryShare: 1, freshIntervals: 10, freshShare: 0.3 },
    env: {
      GITHUB_API_URL: gitHub.url,
      GITHUB_TOKEN: 'github_test',
      GITHUB_APP_ID: APP_ID,
      GITHUB_APP_PRIVATE_KEY: APP_KEY,
    },
  });
});

afterAll(async () => {
  await stack.close();
  await gitHub.close();
});

async function send(component: string, ageS: number): Promise<void> {
  const at = new Date(Date.now() - ageS * 1000).toISOString();
  const sent = await stack.call('POST', '/api/ingest', {
    component,
    samples: [{ at, ...healthy }],
  });
  expect(sent.status).toBe(202);
}

/** Send samples and sweep until a recovery has ended, and answer it. */
const ended = (component: string, id: string) =>
  until(
    `the end of the recovery of ${component}`,
    async () => {
      await send(component, 0);
      await stack.call('POST', '/api/sweep', {});
      return (await stack.call('GET', `/api/recoveries/${id}`)).body;
    },
    ({ state }) => ['succeeded', 'failed', 'skipped', 'undone'].includes(state),
    60_000,
  );

describe('a component that is deployed through GitHub', () => {
  it.each([
    ['api', { by: 'deployment' }, 'repos/create-deployment'],
    [
      'site',
      { by: 'workflow', workflow: 'rollback.yml', version_input: 'sha' },
      'actions/create-workflow-dispatch',
    ],
  ])(
    '%s is rolled back once, by %j, and both states are kept',
    async (name, rollback, operation) => {
      const platform = { type: 'github', repository: `acme/${name}`, rollback };
      const put = await stack.call('PUT', `/api/components/${name}`, { platform });
      expect(put.status).toBeLessThan(300);
      for (let ageS = 30; ageS > 0; ageS -= 1) await send(name, ageS);
      const before = gitHub.effects.length;
      const asked = await stack.call('POST', '/api/recover', {
        component: name,
        action: 'rollback',
        reason: 'the new version is bad',
      });
      expect(asked.status).toBe(202);
      const { id } = asked.body.recovery;
      expect(await ended(name, id)).toMatchObject({
        state: 'succeeded',
        executor: 'github',
        result: {
          success: true,
          from_state: { sha: gitHubSha(2) },
          to_state: { sha: gitHubSha(1) },
        },
      });
      expect(gitHub.effects.slice(before)).toEqual([operation]);
      const [row] = await stack.app.sql`
      select from_state, to_state, success
      from ai_rollback_history
      where component = ${name}::text
      limit 1`;
      expect(row).toMatchObject({
        from_state: { sha: gitHubSha(2) },
        to_state: { sha: gitHubSha(1) },
        success: true,
      });
    },
    120_000,
  );

  it('is reverted as an app once a person has merged, which people are asked for', async () => {
    const rollback = { by: 'revert' };
    const platform = {
      type: 'github',
      repository: 'acme/shop',
      rollback,
      credential: 'GITHUB_APP',
    };
    await stack.call('PUT', '/api/components/shop', { platform });
    for (let ageS = 30; ageS > 0; ageS -= 1) await send('shop', ageS);
    const asked = await stack.call('POST', '/api/recover', {
      component: 'shop',
      action: 'rollback',
      reason: 'the new version is bad',
    });
    expect(asked.status).toBe(202);
    const { id } = asked.body.recovery;
    const open = await until(
      'the pull request',
      async () => {
        await send('shop', 0);
        await stack.call('POST', '/api/sweep', {});
        return (await stack.call('GET', `/api/recoveries/${id}`)).body;
      },
      ({ state }) => state === 'verifying',
      60_000,
    );
    const waits = 'pull request #10 waits for a person to merge it';
    expect(open.result.waits_for).toContain(waits);
    const paged = await stack.app.sql`
      select count(*)::int as n
      from unified_brain
      where action_type = 'escalation'
      and metadata ->> 'component' = 'shop'
      and to_jsonb(unified_brain)::text like ${`%${waits}%`}::text`;
    expect(paged).toEqual([{ n: 1 }]);
    const repository = gitHub.state.get('acme/shop');
    const [pull] = repository?.pulls ?? [];
    if (repository === undefined || pull === undefined) throw new Error('nothing was opened');
    gitHub.deployed(repository, mergeInto(repository, pull, new Date()));
    expect(await ended('shop', id)).toMatchObject({
      state: 'succeeded',
      executor: 'github',
      result: { success: true, pull_request: 10, merge_commit: repository.branches['main'] },
    });
    const { body } = await stack.call('POST', `/api/recoveries/${id}/undo`, { reason: 'a test' });
    expect(await ended('shop', body.recovery.id)).toMatchObject({
      state: 'failed',
      error: expect.stringContaining('is merged: only a person can take that back'),
    });
  }, 120_000);

  it('cannot be restarted through it, and the refusal says so', async () => {
    const asked = await stack.call('POST', '/api/recover', {
      component: 'api',
      action: 'restart',
      reason: 'a test',
    });
    expect(asked.status).toBe(409);
    expect(JSON.stringify(asked.body)).toContain('no agent has pushed lately');
  });
});
