import { describe, expect, it } from 'vitest';
import type { ActionRequest, Prepared } from '../../../lib/platforms/platform.js';
import { mergeInto } from '../../support/github/git-world.js';
import { gitHubCommit, gitHubSha } from '../../support/github/repository.js';
import { asking, BY_REVERT, GitHubRig } from '../../support/github/rig.js';
import { outcome } from '../../support/vendor/outcome.js';
import { ROLLBACK, SINCE } from '../../support/vendor/rig.js';

const rig = new GitHubRig();
const revert = asking(BY_REVERT);
const act = (request: ActionRequest, prepared: Prepared) =>
  outcome(rig.platform().act(request, prepared));
const look = (request: ActionRequest, prepared: Prepared) =>
  rig.platform().look(request, prepared, SINCE);
const report = (request: ActionRequest, prepared: Prepared) =>
  rig.platform().report(request, prepared, SINCE);

/** What is asked for as an undo of a pull request that is open. */
async function undoing(): Promise<ActionRequest> {
  const undoes = await rig.prepare(revert);
  await act(revert, undoes);
  return asking(BY_REVERT, {
    recoveryId: '0199c0de-0000-7000-8000-000000000002',
    action: { ...ROLLBACK, to: gitHubSha(2) },
    undoes,
  });
}

const ours = () => {
  const [pull] = rig.repository.pulls;
  if (pull === undefined) throw new Error('there is no pull request');
  return pull;
};

describe('undo of a revert through GitHub', () => {
  it('closes the pull request, removes its branch, and leaves all else as it was', async () => {
    const branches = { ...rig.repository.branches };
    const request = await undoing();
    const prepared = await rig.prepare(request);
    expect(prepared).toMatchObject({ inverse: null, after: { pull_request: 10 } });
    expect(await act(request, prepared)).toMatchObject({ success: true });
    expect(rig.repository.branches).toEqual(branches);
    expect(ours()).toMatchObject({ state: 'closed', merged_at: null });
    expect(rig.repository.deployments).toHaveLength(2);
    expect(await report(request, prepared)).toMatchObject({ kind: 'done' });
    expect(await report(revert, await storedRevert(request))).toMatchObject({ kind: 'failed' });
  });

  it('is refused once it is merged: a person takes that back', async () => {
    const request = await undoing();
    const prepared = await rig.prepare(request);
    mergeInto(rig.repository, ours(), rig.now);
    const merged = {
      code: 'refused',
      message: 'shop (acme/shop): pull request #10 is merged: only a person can take that back',
    };
    expect(await outcome(rig.platform().prepare(request))).toEqual(expect.objectContaining(merged));
    expect(await act(request, prepared)).toMatchObject(merged);
    expect(await report(request, prepared)).toMatchObject({ kind: 'failed' });
    expect(rig.server.effects).not.toContain('pulls/update');
  });

  it('is refused where nothing is left of it', async () => {
    const request = await undoing();
    await act(request, await rig.prepare(request));
    expect(await outcome(rig.platform().prepare(request))).toMatchObject({
      code: 'refused',
      message: expect.stringContaining('nothing to undo'),
    });
  });

  it('removes a branch that never came to a pull request', async () => {
    const request = await undoing();
    rig.repository.pulls.length = 0;
    const prepared = await rig.prepare(request);
    await act(request, prepared);
    expect(Object.keys(rig.repository.branches)).toEqual(['main']);
    expect(await look(request, prepared)).toMatchObject({ kind: 'done' });
  });

  it.each([
    ['pulls/update', 'partly'],
    ['git/delete-ref', 'done'],
  ])('goes on after a lost answer of %s, which it finds %s', async (operation, kind) => {
    const request = await undoing();
    const prepared = await rig.prepare(request);
    rig.server.answerNext(operation, { ending: 'drop', effect: true });
    expect(await act(request, prepared)).toMatchObject({ code: 'upstream_unavailable' });
    expect(await look(request, prepared)).toMatchObject({ kind });
    expect(await act(request, prepared)).toMatchObject({ success: true });
    expect(Object.keys(rig.repository.branches)).toEqual(['main']);
  });

  it('believes only after a while that it was not closed', async () => {
    const request = await undoing();
    const prepared = await rig.prepare(request);
    rig.server.answerNext('pulls/update', { ending: 'drop' });
    await act(request, prepared);
    expect(await look(request, prepared)).toMatchObject({ kind: 'unknown' });
    rig.now = new Date(SINCE.getTime() + 30_000);
    expect(await look(request, prepared)).toEqual({ kind: 'not_done' });
  });

  it.each(['as a pull request', 'as a branch alone'])(
    'leaves a branch to which somebody else has committed, there %s, and says so',
    async (how) => {
      const request = await undoing();
      const { repository } = rig;
      const { head } = ours();
      if (how === 'as a branch alone') repository.pulls.length = 0;
      const prepared = await rig.prepare(request);
      const theirs = gitHubCommit(gitHubSha(50), { parents: [repository.branches[head] ?? ''] });
      repository.commits.push(theirs);
      repository.branches[head] = theirs.sha;
      const left = { success: true, branch_left: `${head} stays: somebody else has changed it` };
      expect(await act(request, prepared)).toMatchObject(left);
      expect(repository.branches[head]).toBe(theirs.sha);
      expect(repository.pulls.filter(({ state }) => state === 'open')).toEqual([]);
      expect(await look(request, prepared)).toMatchObject({ kind: 'done', result: left });
      expect(await report(request, prepared)).toMatchObject({ kind: 'done', result: left });
      expect(await outcome(rig.platform().prepare(request))).toMatchObject({
        message: expect.stringContaining('nothing to undo'),
      });
    },
  );

  it('leaves a branch whose commit GitHub does not show', async () => {
    const request = await undoing();
    const prepared = await rig.prepare(request);
    rig.server.answerNext('git/get-commit', { status: 404 });
    expect(await act(request, prepared)).toMatchObject({ branch_left: expect.any(String) });
    expect(rig.repository.branches).toHaveProperty([ours().head]);
  });

  it('does nothing where what it undoes says nothing of a branch', async () => {
    const undoes = { before: null, after: {} };
    const request = asking(BY_REVERT, { undoes });
    expect(await outcome(rig.platform().prepare(request))).toMatchObject({ code: 'refused' });
  });
});

/** What the undone recovery had stored. */
const storedRevert = async ({ undoes }: ActionRequest): Promise<Prepared> => ({
  before: null,
  after: null,
  inverse: null,
  ...undoes,
});
