import { describe, expect, it } from 'vitest';
import type { ActionRequest, Prepared } from '../../../lib/platforms/platform.js';
import { mergeInto } from '../../support/github/git-world.js';
import {
  type GitHubCommit,
  type GitHubPull,
  type GitHubRepository,
  gitHubCommit,
  gitHubDeployment,
  gitHubRepository,
  gitHubSha,
} from '../../support/github/repository.js';
import { asking, BY_MERGE, BY_REVERT, GitHubRig } from '../../support/github/rig.js';
import { outcome } from '../../support/vendor/outcome.js';
import { RECOVERY_ID, SINCE } from '../../support/vendor/rig.js';

const rig = new GitHubRig();
const [GOOD, WEB, BAD] = [gitHubSha(1), gitHubSha(2), gitHubSha(3)];
const OPENED = ['git/create-commit', 'git/create-ref', 'pulls/create'];
const BRANCH = `forestall/revert-${RECOVERY_ID}`;
const act = (request: ActionRequest, prepared: Prepared) =>
  outcome(rig.platform().act(request, prepared));
const pull = (): GitHubPull => {
  const [one] = rig.repository.pulls;
  if (one === undefined) throw new Error('there is no pull request');
  return one;
};

/** Of these commits the first and the last were deployed to the component's environment. */
const deployed = (commits: GitHubCommit[]): GitHubRepository => {
  const [from, to] = [commits[0]?.sha ?? '', commits.at(-1)?.sha ?? ''];
  return gitHubRepository('acme/shop', {
    deployments: [
      gitHubDeployment(1, { sha: from }),
      gitHubDeployment(2, { sha: to, states: ['success'] }),
    ],
    commits,
    branches: { main: to },
  });
};

/** One commit after another; the last does harm. */
const line = (...messages: readonly string[]): GitHubCommit[] =>
  messages.map((message, i) =>
    gitHubCommit(gitHubSha(i + 1), { message, parents: i === 0 ? [] : [gitHubSha(i)] }),
  );

/** A shared repository, in which web's change was deployed elsewhere. */
const SHARED = () => deployed(line('api: one', 'web: `new` @all\n\nFixes #7', 'api: two'));

describe('what a revert through GitHub takes back', () => {
  it.each([
    ['the newest commit alone', line('one', 'two')],
    [
      'one merge, however many commits it brought',
      [
        gitHubCommit(GOOD),
        gitHubCommit(gitHubSha(7), { parents: [GOOD] }),
        gitHubCommit(gitHubSha(8), { parents: [gitHubSha(7)] }),
        gitHubCommit(BAD, { parents: [GOOD, gitHubSha(8)] }),
      ],
    ],
    [
      'a merge the other way round that brought nothing else',
      [
        gitHubCommit(GOOD, { parents: [gitHubSha(9)] }),
        gitHubCommit(gitHubSha(9)),
        gitHubCommit(BAD, { parents: [gitHubSha(9), GOOD] }),
      ],
    ],
  ])('is nothing to speak of where it is %s', async (_, commits) => {
    await rig.restartWith(deployed(commits));
    const request = asking(BY_MERGE);
    const prepared = await rig.prepare(request);
    expect(prepared).toMatchObject({ after: { takes_back: null }, inverse: null });
    expect(await act(request, prepared)).toMatchObject({ code: 'upstream_unavailable' });
    expect(pull().body).not.toContain('takes back');
    expect(pull().body).toContain('Forestall merges it');
  });

  it('is told with every commit, to people, in the result and in the pull request', async () => {
    await rig.restartWith(SHARED());
    const request = asking(BY_REVERT);
    const prepared = await rig.prepare(request);
    expect(prepared.after).toMatchObject({
      takes_back: {
        commits: [
          { sha: WEB, title: 'web: new @all' },
          { sha: BAD, title: 'api: two' },
        ],
        total: 2,
        is_ancestor: true,
      },
    });
    expect(await act(request, prepared)).toMatchObject({
      to_state: { takes_back: { total: 2 } },
      waits_for:
        'pull request #10 waits for a person to merge it: https://github.example/pull/10; ' +
        'it takes back 2 commits, not the newest change alone: 0000000 web: new @all, 0000000 api: two',
    });
    expect(pull().body).toContain(`- ${WEB} \`web: new @all\`\n- ${BAD} \`api: two\``);
    expect(pull().body).toContain('it takes back 2 commits, not the newest change alone');
    expect(pull().body).not.toContain('Fixes');
  });

  it('is never merged by Forestall where that is more than one change', async () => {
    await rig.restartWith(SHARED());
    const request = asking(BY_MERGE);
    const prepared = await rig.prepare(request);
    expect(prepared.inverse).toEqual({
      name: 'rollback',
      rollback_type: 'deployment',
      to: BAD,
    });
    for (const seconds of [0, 60, 300]) {
      rig.now = new Date(SINCE.getTime() + seconds * 1000);
      expect(await act(request, prepared)).toMatchObject({
        success: true,
        waits_for: expect.stringContaining('it takes back 2 commits'),
      });
    }
    const { platform, server, repository } = rig;
    expect(await platform.call(rig).look(request, prepared, SINCE)).toMatchObject({
      kind: 'done',
      result: { waits_for: expect.stringContaining('it takes back 2 commits') },
    });
    expect(await platform.call(rig).report(request, prepared, SINCE)).toEqual({ kind: 'pending' });
    expect(server.effects).toEqual(OPENED);
    expect(pull().body).toContain('Merge it to roll back');
    expect(pull().body).not.toContain('Forestall merges it');
    server.deployed(repository, mergeInto(repository, pull(), rig.now));
    expect(await platform.call(rig).report(request, prepared, SINCE)).toMatchObject({
      kind: 'done',
    });
  });

  it('is closed by its undo while nobody has merged it', async () => {
    await rig.restartWith(SHARED());
    const undoes = await rig.prepare(asking(BY_MERGE));
    await act(asking(BY_MERGE), undoes);
    const request = asking(BY_MERGE, { undoes });
    expect(await act(request, await rig.prepare(request))).toMatchObject({ success: true });
    expect(rig.repository.branches).not.toHaveProperty([BRANCH]);
  });

  it('is counted where it is too much to be listed', async () => {
    const many = Array.from({ length: 31 }, (_, i) => (i === 4 ? '' : 'x'.repeat(100 + i)));
    await rig.restartWith(deployed(line(...many)));
    const request = asking(BY_REVERT);
    expect(await act(request, await rig.prepare(request))).toMatchObject({
      waits_for: expect.stringMatching(
        /takes back 30 commits.*0000000, 0000000 x{72}, and 25 more$/,
      ),
    });
    expect(pull().body).toContain(`- ${gitHubSha(5)}\n`);
    expect(pull().body).toContain(`- ${gitHubSha(21)} \`${'x'.repeat(72)}\`\n- and 10 more`);
    expect(pull().body).not.toContain(gitHubSha(22));
  });

  it.each([
    [
      'what is not in the history of its base',
      [
        gitHubCommit(GOOD, { parents: [WEB] }),
        gitHubCommit(WEB),
        gitHubCommit(BAD, { parents: [WEB] }),
      ],
      'it takes back 1 commit, and returns to what is not in the history',
    ],
    [
      'what shares no history with it',
      [gitHubCommit(GOOD), gitHubCommit(BAD)],
      'GitHub does not say which commits it takes back',
    ],
  ])('is left to a person where it returns to %s', async (_, commits, words) => {
    await rig.restartWith(deployed(commits));
    const request = asking(BY_MERGE);
    expect(await act(request, await rig.prepare(request))).toMatchObject({
      waits_for: expect.stringContaining(words),
    });
    expect(pull().body).toContain(words);
    expect(rig.server.effects).toEqual(OPENED);
  });

  it('is left to a person where it is more than can be read', async () => {
    await rig.restartWith(SHARED());
    rig.server.answerNext('repos/compare-commits-with-basehead', {
      body: { files: 'x'.repeat(4 * 1024 * 1024) },
    });
    const request = asking(BY_MERGE);
    expect(await act(request, await rig.prepare(request))).toMatchObject({
      waits_for: expect.stringContaining('GitHub does not say which commits it takes back'),
    });
  });
});
