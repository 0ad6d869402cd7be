import { describe, expect, it } from 'vitest';
import {
  gitHubCommit,
  gitHubDeployment,
  gitHubRepository,
  gitHubSha,
} from '../../support/github/repository.js';
import {
  APP_VARIABLES,
  asApp,
  asking,
  BY_DEPLOYMENT,
  BY_MERGE,
  BY_REVERT,
  BY_WORKFLOW,
  GitHubRig,
} from '../../support/github/rig.js';
import { outcome, TOKEN } from '../../support/vendor/outcome.js';

const rig = new GitHubRig();
const look = { onlyLook: true };
const says = (words: string) => ({ code: 'refused', message: expect.stringContaining(words) });

/** Deployments of commits with these files, the last of them live. */
const lived = (...trees: readonly string[]) => {
  const deployments = trees.map((_, i) =>
    gitHubDeployment(i + 1, i === trees.length - 1 ? { states: ['success'] } : {}),
  );
  const commits = trees.map((tree, i) =>
    gitHubCommit(gitHubSha(i + 1), { tree, parents: i === 0 ? [] : [gitHubSha(i)] }),
  );
  return gitHubRepository('acme/shop', { deployments, commits });
};
const TEN = lived(...'abcdefghij');

/** How many calls were made since this was called before. */
let counted = 0;
const calls = (): number => {
  const made = rig.server.calls.length - counted;
  counted = rig.server.calls.length;
  return made;
};
const restartWith = async (repository: ReturnType<typeof gitHubRepository>): Promise<void> => {
  await rig.restartWith(repository);
  counted = 0;
};

describe('a look whether GitHub could roll back', () => {
  it.each([
    ['a deployment', BY_DEPLOYMENT, 3, 9],
    ['a workflow', BY_WORKFLOW, 4, 10],
    ['a revert', BY_REVERT, 8, 18],
    ['a revert that is merged', BY_MERGE, 8, 18],
  ])('of %s makes few calls, and finds what a real one finds', async (_, target, few, all) => {
    await restartWith(TEN);
    const looked = await rig.platform().prepare(asking(target, look));
    expect(calls()).toBe(few);
    const real = await rig.platform().prepare(asking(target));
    expect(calls()).toBeLessThanOrEqual(all);
    expect(looked).toMatchObject({ after: { sha: gitHubSha(9) } });
    expect(real).toMatchObject({ after: { sha: gitHubSha(9) } });
    expect(rig.server.effects).toEqual([]);
  });

  it('reads no commit twice, and none for another credential', async () => {
    await restartWith(TEN);
    const platform = rig.platform({ credential: () => TOKEN });
    await platform.prepare(asking(BY_REVERT, look));
    expect(calls()).toBe(8);
    await platform.prepare(asking(BY_REVERT, look));
    expect(calls()).toBe(5);
    const other = { ...BY_REVERT, credential: 'GITHUB_TOKEN_OTHER' } as const;
    await platform.prepare(asking(other, look));
    expect(calls()).toBe(8);
  });

  it('sees that the live files are those that a revert has brought back', async () => {
    await restartWith(lived('x', 'y', 'a', 'bad', 'a'));
    for (const given of [{}, look]) {
      expect(await outcome(rig.platform().prepare(asking(BY_REVERT, given)))).toMatchObject(
        says('itself a rollback'),
      );
    }
  });

  it('sees that the live commit was live long before', async () => {
    const live = gitHubDeployment(9, { sha: gitHubSha(4), states: ['success'] });
    const deployments = [...TEN.deployments.slice(0, 8), live];
    await restartWith({ ...TEN, deployments, branches: { main: live.sha } });
    for (const target of [BY_DEPLOYMENT, BY_REVERT]) {
      expect(await outcome(rig.platform().prepare(asking(target, look)))).toMatchObject(
        says('itself a rollback'),
      );
    }
  });

  it('reads all where the newest leave it open', async () => {
    const deployments = [
      gitHubDeployment(1),
      ...[2, 3, 4].map((order) => gitHubDeployment(order, { states: ['failure'] })),
      gitHubDeployment(5, { states: ['success'] }),
    ];
    await restartWith(gitHubRepository('acme/shop', { deployments }));
    for (const target of [BY_DEPLOYMENT, BY_REVERT]) {
      expect(await rig.platform().prepare(asking(target, look))).toMatchObject({
        after: { sha: gitHubSha(1) },
      });
    }
    const [, ...none] = deployments;
    await restartWith(gitHubRepository('acme/shop', { deployments: none }));
    expect(await outcome(rig.platform().prepare(asking(BY_DEPLOYMENT, look)))).toMatchObject(
      says('no other commit was deployed'),
    );
  });
});

describe('the reserve of the rate limit at GitHub', () => {
  it.each([
    ['a token', BY_REVERT],
    ['an app', asApp(BY_REVERT)],
  ])('is left to real rollbacks by looks, with %s', async (_, target) => {
    rig.server.limit.left = 1200;
    const platform = rig.platform({
      credential: (name) => APP_VARIABLES[name] ?? (name === 'GITHUB_TOKEN' ? TOKEN : undefined),
    });
    // The first answer tells how much is left.
    await outcome(platform.prepare(asking(target, look)));
    const before = rig.server.calls.length;
    expect(await outcome(platform.prepare(asking(target, look)))).toMatchObject({
      code: 'upstream_unavailable',
      message: expect.stringContaining('kept for real actions: looked at later, in 3600 s'),
      retryAfterS: 3600,
    });
    expect(rig.server.calls).toHaveLength(before);
    expect(await platform.prepare(asking(target))).toMatchObject({ after: { sha: gitHubSha(1) } });
  });

  it('is looked into again after the reset', async () => {
    rig.server.limit.left = 1200;
    const platform = rig.platform();
    await outcome(platform.prepare(asking(BY_REVERT, look)));
    rig.now = new Date(rig.server.limit.resetAt);
    rig.server.limit.left = 5000;
    expect(await platform.prepare(asking(BY_REVERT, look))).toMatchObject({ inverse: {} });
  });
});
