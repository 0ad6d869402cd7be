import { describe, expect, it } from 'vitest';
import type { ActionRequest, Prepared } from '../../../lib/platforms/platform.js';
import { gitHubCommit, gitHubDeployment, gitHubSha } from '../../support/github/repository.js';
import { asking, BY_MERGE, BY_REVERT, GitHubRig } from '../../support/github/rig.js';
import { type Failure, failuresOf, LATER, REFUSED } from '../../support/github/statuses.js';
import { gitHubStatuses } from '../../support/github-server.js';
import { outcome } from '../../support/vendor/outcome.js';
import { ROLLBACK, SINCE } from '../../support/vendor/rig.js';

const rig = new GitHubRig();
const merges = asking(BY_MERGE);
const says = (words: string) => ({ message: expect.stringContaining(words) });
const waits = (words: string) => ({ waits_for: expect.stringContaining(words) });

const COMPARE = 'repos/compare-commits-with-basehead';
const OPERATIONS = [...gitHubStatuses.keys()].filter((one) =>
  /^(git|pulls|repos\/compare)/.test(one),
);

/** What GitHub documents for one operation, and is not the same for all. */
const DOCUMENTED: readonly Failure[] = [
  ['git/get-ref', 404, {}, { code: 'refused', ...says('there is no branch main') }],
  ['git/get-ref', 409, {}, REFUSED],
  ['git/get-commit', 404, {}, { code: 'refused', ...says('the repository has no commit') }],
  ['git/get-commit', 409, {}, REFUSED],
  ['git/create-commit', 409, {}, REFUSED],
  ['git/create-commit', 422, {}, REFUSED],
  ['git/create-ref', 409, {}, REFUSED],
  ['git/create-ref', 422, {}, { ...REFUSED, ...says('GitHub made no branch') }],
  ['git/delete-ref', 409, {}, REFUSED],
  ['git/delete-ref', 422, {}, { success: true }],
  [COMPARE, 404, {}, { after: { takes_back: { total: null } } }],
  [COMPARE, 500, {}, LATER],
  [COMPARE, 503, {}, LATER],
  ['pulls/list', 304, {}, REFUSED],
  ['pulls/list', 422, {}, REFUSED],
  ['pulls/create', 422, {}, { ...REFUSED, ...says('GitHub opened no pull request') }],
  ['pulls/get', 304, {}, REFUSED],
  ['pulls/get', 406, {}, REFUSED],
  ['pulls/get', 500, {}, LATER],
  ['pulls/get', 503, {}, LATER],
  ['pulls/update', 422, {}, REFUSED],
  ['pulls/merge', 405, {}, waits('GitHub would not merge it (405)')],
  ['pulls/merge', 409, {}, waits('GitHub would not merge it (409)')],
  ['pulls/merge', 422, {}, REFUSED],
];

const isDocumented = (operation: string, status: number): boolean =>
  DOCUMENTED.some(([one, other]) => one === operation && other === status);

const FAILURES: readonly Failure[] = [
  ...DOCUMENTED,
  ...OPERATIONS.flatMap((operation) => failuresOf(operation)).filter(
    ([operation, status]) => !isDocumented(operation, status),
  ),
];

const PREPARES = ['git/get-ref', 'git/get-commit'];
const MERGES = ['pulls/get', 'pulls/merge'];
const CLOSES = ['git/delete-ref', 'pulls/update'];
const act = (request: ActionRequest, prepared: Prepared) => rig.platform().act(request, prepared);

/** A pull request that waits for its checks until they have begun. */
async function waiting(): Promise<Prepared> {
  const prepared = await rig.prepare(merges);
  expect(await outcome(act(merges, prepared))).toMatchObject(LATER);
  rig.now = new Date(SINCE.getTime() + 60_000);
  return prepared;
}

/** What takes back a pull request that is open. */
async function closing(): Promise<{ request: ActionRequest; prepared: Prepared }> {
  const revert = asking(BY_REVERT);
  const undoes = await rig.prepare(revert);
  await act(revert, undoes);
  const request = asking(BY_REVERT, { action: { ...ROLLBACK, to: gitHubSha(2) }, undoes });
  return { request, prepared: await rig.prepare(request) };
}

/** Only what lies further back than the commit before the live one has to be compared. */
function liveFurtherOn(): void {
  const { repository } = rig;
  const live = gitHubCommit(gitHubSha(3), { parents: [gitHubSha(2)] });
  repository.commits.push(live);
  repository.branches['main'] = live.sha;
  repository.deployments.splice(1, 1, gitHubDeployment(2, { sha: live.sha, states: ['success'] }));
}

/** The step that calls an operation first. */
async function stepOf(operation: string): Promise<() => Promise<unknown>> {
  if (PREPARES.includes(operation)) return () => rig.prepare(merges);
  if (operation === COMPARE) {
    liveFurtherOn();
    return () => rig.prepare(merges);
  }
  if (CLOSES.includes(operation)) {
    const { request, prepared } = await closing();
    return () => act(request, prepared);
  }
  const prepared = MERGES.includes(operation) ? await waiting() : await rig.prepare(merges);
  return () => act(merges, prepared);
}

describe('gitHubPlatform, by every documented status of what a revert calls', () => {
  it.each(OPERATIONS)('has a row for each failure that is documented for %s', (operation) => {
    const rows = FAILURES.filter(([one]) => one === operation).map(([, status]) => status);
    for (const status of gitHubStatuses.get(operation) ?? []) {
      if (status > 299) expect(rows).toContain(status);
    }
  });

  it.each(FAILURES)('when %s answers %i with %j', async (operation, status, headers, meant) => {
    const step = await stepOf(operation);
    const before = [...rig.server.effects];
    rig.server.answerNext(operation, { status, body: '', headers: { ...headers } });
    expect(await outcome(step())).toMatchObject(meant);
    expect(rig.server.effects.slice(before.length)).not.toContain(operation);
  });

  it.each(['git/create-commit', 'git/create-ref', 'pulls/create'])(
    'goes on after a failure of %s, and makes nothing twice',
    async (operation) => {
      const request = asking(BY_REVERT);
      const prepared = await rig.prepare(request);
      rig.server.answerNext(operation, { status: 502, body: '' });
      expect(await outcome(act(request, prepared))).toMatchObject(LATER);
      rig.now = new Date(SINCE.getTime() + 30_000);
      const looked = await rig.platform().look(request, prepared, SINCE);
      expect(looked.kind).toBe(operation === 'pulls/create' ? 'partly' : 'not_done');
      expect(await act(request, prepared)).toMatchObject({ pull_request: 10 });
      const { effects } = rig.server;
      expect(effects.filter((one) => one === 'git/create-ref')).toHaveLength(1);
      expect(effects.filter((one) => one === 'pulls/create')).toHaveLength(1);
    },
  );

  it('takes all of it for done by 201, 201, 201 and 200, and its undo by 200 and 204', async () => {
    const prepared = await waiting();
    expect(await act(merges, prepared)).toMatchObject({ success: true });
    expect(rig.server.effects).toEqual([
      'git/create-commit',
      'git/create-ref',
      'pulls/create',
      'pulls/merge',
    ]);
    await rig.restartWith({});
    rig.now = new Date(SINCE);
    const { request, prepared: closes } = await closing();
    expect(await act(request, closes)).toMatchObject({ success: true });
    expect(rig.server.effects.slice(3)).toEqual(['pulls/update', 'git/delete-ref']);
  });

  it.each([
    ['git/get-ref', {}],
    [COMPARE, { status: 'ahead' }],
    [COMPARE, 'not json'],
    ['git/get-commit', { sha: gitHubSha(1) }],
    ['git/get-commit', 'not json'],
  ])('prepares nothing on an unknown shape of %s', async (operation, body) => {
    const prepare = await stepOf(operation);
    rig.server.answerNext(operation, { body });
    expect(await outcome(prepare())).toMatchObject({
      code: 'upstream_refused',
      ...says('answered in an unknown shape'),
    });
  });

  it('tells the calls, and makes none', () => {
    const api = rig.platform({ baseUrl: 'https://api.github.com' });
    const at = 'https://api.github.com/repos/acme/shop';
    const opens = [`POST ${at}/git/commits`, `POST ${at}/git/refs`, `POST ${at}/pulls`];
    expect(api.describe(asking(BY_REVERT))).toEqual(opens);
    expect(api.describe(merges)).toEqual([
      ...opens,
      `PUT ${at}/pulls/{number}/merge (once its checks have passed, and only where it takes back one change)`,
    ]);
    expect(rig.server.calls).toEqual([]);
  });
});
