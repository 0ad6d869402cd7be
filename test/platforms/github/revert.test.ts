import { describe, expect, it } from 'vitest';
import type { ActionRequest, Prepared } from '../../../lib/platforms/platform.js';
import { mergeInto } from '../../support/github/git-world.js';
import type { GitHubPull } from '../../support/github/repository.js';
import {
  gitHubCommit,
  gitHubDeployment,
  gitHubRepository,
  gitHubSha,
} from '../../support/github/repository.js';
import { asking, BY_MERGE, BY_REVERT, GitHubRig } from '../../support/github/rig.js';
import { outcome } from '../../support/vendor/outcome.js';
import { RECOVERY_ID, ROLLBACK, SINCE } from '../../support/vendor/rig.js';

const rig = new GitHubRig();
const request = asking(BY_REVERT);
const merges = asking(BY_MERGE);
const BRANCH = `forestall/revert-${RECOVERY_ID}`;
const OPENED = ['git/create-commit', 'git/create-ref', 'pulls/create'];
const GOOD = gitHubSha(1);
const BAD = gitHubSha(2);
const says = (words: string) => ({ code: 'refused', message: expect.stringContaining(words) });
const later = (seconds: number): void => {
  rig.now = new Date(SINCE.getTime() + seconds * 1000);
};
const act = (asked: ActionRequest, prepared: Prepared) =>
  outcome(rig.platform().act(asked, prepared));
const look = (asked: ActionRequest, prepared: Prepared) =>
  rig.platform().look(asked, prepared, SINCE);
const report = (asked: ActionRequest, prepared: Prepared) =>
  rig.platform().report(asked, prepared, SINCE);
const prepareAs = (given: Partial<ActionRequest> = {}) =>
  outcome(rig.platform().prepare(asking(BY_REVERT, given)));
const pull = (): GitHubPull => {
  const [one] = rig.repository.pulls;
  if (one === undefined) throw new Error('there is no pull request');
  return one;
};

/** A history of deployments, the last of them live, each commit with files of its own unless they are given. */
const history = (...trees: readonly string[]) =>
  gitHubRepository('acme/shop', {
    deployments: trees.map((_, i) =>
      gitHubDeployment(i + 1, i === trees.length - 1 ? { states: ['success'] } : {}),
    ),
    commits: trees.map((tree, i) =>
      gitHubCommit(gitHubSha(i + 1), { tree, parents: i === 0 ? [] : [gitHubSha(i)] }),
    ),
  });

describe('rollback through GitHub by a revert', () => {
  it('fixes both ends, the branch and the way back, and changes nothing', async () => {
    expect(await rig.prepare(request)).toEqual({
      before: {
        deployment_id: 2,
        sha: BAD,
        created_at: '2026-03-01T00:02:00.000Z',
        live_from: '2026-03-01T00:02:20.000Z',
        newest: 2,
        base: 'main',
      },
      after: {
        deployment_id: 1,
        sha: GOOD,
        created_at: '2026-03-01T00:01:00.000Z',
        tree: `tree-of-${GOOD}`,
        branch: BRANCH,
        takes_back: null,
      },
      inverse: { name: 'rollback', rollback_type: 'deployment', to: BAD },
    });
    expect(rig.server.effects).toEqual([]);
  });

  it('opens a pull request with the good files on the bad commit, and tells people', async () => {
    const prepared = await rig.prepare(request);
    expect(await act(request, prepared)).toMatchObject({
      success: true,
      component: 'shop',
      from_state: { sha: BAD },
      to_state: { sha: GOOD },
      pull_request: 10,
      pull_request_url: 'https://github.example/pull/10',
      waits_for: 'pull request #10 waits for a person to merge it: https://github.example/pull/10',
    });
    expect(rig.server.effects).toEqual(OPENED);
    const { branches, commits } = rig.repository;
    expect(commits.find(({ sha }) => sha === branches[BRANCH])).toMatchObject({
      tree: `tree-of-${GOOD}`,
      parents: [BAD],
      message: expect.stringContaining(RECOVERY_ID),
    });
    expect(branches['main']).toBe(BAD);
    expect(pull()).toMatchObject({ base: 'main', head: BRANCH, state: 'open' });
    expect(pull().title).toBe(`Revert to ${GOOD.slice(0, 7)}`);
    for (const part of [RECOVERY_ID, GOOD, BAD, 'production', '`shop`']) {
      expect(pull().body).toContain(part);
    }
  });

  it('is pending until the pull request is merged and what it became is deployed', async () => {
    const prepared = await rig.prepare(request);
    await act(request, prepared);
    expect(await report(request, prepared)).toEqual({ kind: 'pending' });
    const merged = mergeInto(rig.repository, pull(), rig.now);
    expect(await report(request, prepared)).toEqual({ kind: 'pending' });
    later(90);
    rig.server.deployed(rig.repository, merged);
    expect(await report(request, prepared)).toMatchObject({
      kind: 'done',
      result: { success: true, pull_request: 10, merge_commit: merged, made_id: 3 },
    });
  });

  it('ends with the deployment, whenever that was', async () => {
    const prepared = await rig.prepare(request);
    await act(request, prepared);
    rig.server.deployed(rig.repository, mergeInto(rig.repository, pull(), rig.now));
    rig.server.answerNext('repos/list-deployment-statuses', {
      body: [
        { state: 'inactive', created_at: '2026-03-02T02:00:00Z' },
        { state: 'success', created_at: '2026-03-02T01:00:00Z' },
      ],
    });
    expect(await report(request, prepared)).toMatchObject({
      kind: 'done',
      endedAt: new Date('2026-03-02T01:00:00Z'),
    });
  });

  it.each(['error', 'failure', 'inactive'])('fails where that deployment is %s', async (state) => {
    const prepared = await rig.prepare(request);
    await act(request, prepared);
    const merged = mergeInto(rig.repository, pull(), rig.now);
    rig.repository.deployments.push(gitHubDeployment(3, { sha: merged, states: [state] }));
    expect(await report(request, prepared)).toMatchObject({
      kind: 'failed',
      why: `deployment 3 ended as ${state}`,
      result: { success: false },
    });
  });

  it('ends with a later commit of its base that was deployed in its place', async () => {
    const prepared = await rig.prepare(request);
    await act(request, prepared);
    const { repository } = rig;
    const merged = mergeInto(repository, pull(), rig.now);
    repository.deployments.push(gitHubDeployment(3, { sha: merged, states: ['failure'] }));
    expect(await report(request, prepared)).toMatchObject({ kind: 'failed' });
    repository.branches['main'] = gitHubSha(60);
    const older = gitHubDeployment(4, { sha: gitHubSha(60), states: ['success'] });
    repository.deployments.push(older);
    expect(await report(request, prepared)).toMatchObject({ kind: 'failed' });
    repository.deployments.push(
      gitHubDeployment(5, { sha: gitHubSha(60), states: [], created_at: rig.now.toISOString() }),
    );
    expect(await report(request, prepared)).toEqual({ kind: 'pending' });
    repository.deployments.at(-1)?.states.unshift('success');
    expect(await report(request, prepared)).toMatchObject({
      kind: 'done',
      result: { made_id: 5, merge_commit: merged },
    });
  });

  it('fails where it is closed without being merged', async () => {
    const prepared = await rig.prepare(request);
    await act(request, prepared);
    pull().state = 'closed';
    expect(await report(request, prepared)).toMatchObject({
      kind: 'failed',
      why: 'pull request #10 was closed without being merged',
      result: { success: false },
    });
  });

  it('is found though its branch is gone, as many repositories remove what was merged', async () => {
    const prepared = await rig.prepare(request);
    await act(request, prepared);
    rig.server.deployed(rig.repository, mergeInto(rig.repository, pull(), rig.now));
    delete rig.repository.branches[BRANCH];
    expect(await report(request, prepared)).toMatchObject({ kind: 'done' });
    expect(await look(request, prepared)).toMatchObject({ kind: 'done' });
  });
});

describe('rollback through GitHub by a revert, where it would be wrong', () => {
  it.each([
    ['nothing was deployed before', ['a'], 'no other commit was deployed'],
    ['the live files are those of before the last', ['a', 'b', 'a'], 'itself a rollback'],
    ['only the same files were there before', ['a', 'a'], 'no other commit was deployed'],
  ])('is refused where %s', async (_, trees, why) => {
    await rig.restartWith(history(...trees));
    expect(await prepareAs()).toMatchObject(says(why));
  });

  it('never goes back to what a revert has left, also for a person', async () => {
    await rig.restartWith(history('a', 'b', 'bad', 'b'));
    const prepared = await prepareAs({ byPerson: true });
    expect(prepared).toMatchObject({ after: { tree: 'a', sha: GOOD } });
  });

  it('is refused where the branch has gone on, for a revert would take that back, too', async () => {
    rig.repository.branches['main'] = gitHubSha(7);
    expect(await prepareAs()).toMatchObject(
      says('shop (acme/shop): main ends with 0000000 and 0000000 is live'),
    );
  });

  it.each([
    [{ action: { ...ROLLBACK, rollback_type: 'config' } as const }, 'only a deployment'],
    [{ action: { ...ROLLBACK, to: BAD } }, 'is live already'],
    [{ action: { ...ROLLBACK, to: gitHubSha(9) } }, 'is not among what was deployed'],
  ])('is refused for %j', async (given, why) => {
    expect(await prepareAs(given)).toMatchObject(says(why));
  });

  it('makes no branch where the base went on, or a deployment was made, after it was planned', async () => {
    const prepared = await rig.prepare(request);
    rig.repository.branches['main'] = gitHubSha(7);
    expect(await act(request, prepared)).toMatchObject(says('main ends with'));
    rig.repository.branches['main'] = BAD;
    rig.repository.deployments.push(gitHubDeployment(3, { states: [] }));
    expect(await act(request, prepared)).toMatchObject(says('deployment 3 was made meanwhile'));
    expect(rig.server.effects).toEqual([]);
  });

  it('does nothing without what was stored', async () => {
    const none = { before: {}, after: null, inverse: null };
    for (const step of ['act', 'look', 'report'] as const) {
      expect(await outcome(rig.platform()[step](request, none, SINCE))).toMatchObject(
        says('plan it anew'),
      );
    }
  });
});

describe('rollback through GitHub by a revert that Forestall merges', () => {
  it('has no way back, since others may build upon what is merged', async () => {
    expect((await rig.prepare(merges)).inverse).toBeNull();
  });

  it('waits until checks can have begun, and merges what it has made', async () => {
    const prepared = await rig.prepare(merges);
    expect(await act(merges, prepared)).toMatchObject({
      code: 'upstream_unavailable',
      message: 'shop (acme/shop): pull request #10 waits for its checks',
      retryAfterS: 60,
    });
    expect(await look(merges, prepared)).toMatchObject({ kind: 'partly' });
    later(60);
    const result = await act(merges, prepared);
    expect(result).toMatchObject({ success: true, pull_request: 10 });
    expect(result).not.toHaveProperty('waits_for');
    expect(rig.server.calls.at(-1)).toMatchObject({
      operation: 'pulls/merge',
      body: { sha: pull().head_sha, merge_method: 'merge' },
    });
    expect(await report(merges, prepared)).toMatchObject({ kind: 'done' });
    expect(await look(merges, prepared)).toMatchObject({ kind: 'done' });
    expect(rig.server.effects).toEqual([...OPENED, 'pulls/merge']);
  });

  it.each(['blocked', 'unstable', 'unknown', 'behind', 'draft'])(
    'leaves it to a person when it is still %s after four minutes',
    async (state) => {
      const prepared = await rig.prepare(merges);
      await act(merges, prepared);
      pull().mergeable_state = state;
      later(180);
      expect(await act(merges, prepared)).toMatchObject({ code: 'upstream_unavailable' });
      later(240);
      expect(await act(merges, prepared)).toMatchObject({
        success: true,
        waits_for: expect.stringContaining(`its checks have not passed in time (it is ${state})`),
      });
      expect(await report(merges, prepared)).toEqual({ kind: 'pending' });
      expect(rig.server.effects).toEqual(OPENED);
    },
  );

  it.each([
    [
      'somebody pushed to its branch',
      () => {
        rig.repository.commits.push(gitHubCommit(gitHubSha(50), { parents: [BAD] }));
        pull().head_sha = gitHubSha(50);
      },
      'somebody else has changed',
    ],
    [
      'its base has moved on',
      () => {
        rig.repository.branches['main'] = gitHubSha(51);
      },
      'main has moved on since',
    ],
    [
      'it conflicts',
      () => {
        pull().mergeable_state = 'dirty';
      },
      'it conflicts with its base',
    ],
  ])('leaves it to a person when %s', async (_, change, why) => {
    const prepared = await rig.prepare(merges);
    await act(merges, prepared);
    change();
    later(60);
    expect(await act(merges, prepared)).toMatchObject({
      waits_for: expect.stringContaining(why),
    });
    expect(rig.server.effects).toEqual(OPENED);
  });

  it('is over when a person merged or closed it meanwhile', async () => {
    const prepared = await rig.prepare(merges);
    await act(merges, prepared);
    pull().state = 'closed';
    expect(await look(merges, prepared)).toMatchObject({ kind: 'done' });
    expect(await act(merges, prepared)).toMatchObject({ pull_request: 10 });
    expect(await report(merges, prepared)).toMatchObject({ kind: 'failed' });
  });
});

describe('rollback through GitHub by a revert, after a lost answer', () => {
  it.each([
    ...['drop', '502'].flatMap((how) => [
      [how, 'git/create-commit', 'not_done'],
      [how, 'git/create-ref', 'partly'],
      [how, 'pulls/create', 'done'],
    ]),
  ])('(%s) of %s it looks, finds it %s, and makes nothing twice', async (how, operation, kind) => {
    const prepared = await rig.prepare(request);
    const lost = how === 'drop' ? ({ ending: 'drop' } as const) : { status: 502, body: '' };
    rig.server.answerNext(operation, { ...lost, effect: true });
    expect(await act(request, prepared)).toMatchObject({ code: 'upstream_unavailable' });
    const early = await look(request, prepared);
    expect(early.kind).toBe(kind === 'not_done' ? 'unknown' : kind);
    later(30);
    expect((await look(request, prepared)).kind).toBe(kind);
    expect(await act(request, prepared)).toMatchObject({ pull_request: 10 });
    const { effects } = rig.server;
    for (const one of ['git/create-ref', 'pulls/create']) {
      expect(effects.filter((other) => other === one)).toHaveLength(1);
    }
    expect(Object.keys(rig.repository.branches)).toEqual(['main', BRANCH]);
    expect(rig.repository.pulls).toHaveLength(1);
  });

  it('of a merge it sees that it is merged', async () => {
    const prepared = await rig.prepare(merges);
    await act(merges, prepared);
    later(60);
    rig.server.answerNext('pulls/merge', { ending: 'drop', effect: true });
    expect(await act(merges, prepared)).toMatchObject({ code: 'upstream_unavailable' });
    expect(await look(merges, prepared)).toMatchObject({ kind: 'done' });
    expect(rig.server.effects.filter((one) => one === 'pulls/merge')).toHaveLength(1);
  });

  it('goes on with what another attempt makes at the same time', async () => {
    const prepared = await rig.prepare(request);
    const hold = rig.server.hold('git/create-ref');
    const slow = act(request, prepared);
    await hold.reached;
    await act(request, prepared);
    hold.release();
    expect(await slow).toMatchObject({ pull_request: 10 });
    expect(rig.repository.pulls).toHaveLength(1);
  });
});
