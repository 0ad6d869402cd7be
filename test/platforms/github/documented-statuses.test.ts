import { describe, expect, it } from 'vitest';
import { asking, BY_DEPLOYMENT, BY_WORKFLOW, GitHubRig } from '../../support/github/rig.js';
import { type Failure, failuresOf, GONE, REFUSED } from '../../support/github/statuses.js';
import { gitHubStatuses } from '../../support/github-server.js';
import { outcome } from '../../support/vendor/outcome.js';
import { SINCE } from '../../support/vendor/rig.js';

const rig = new GitHubRig();

const deploys = asking(BY_DEPLOYMENT);
const runs = asking(BY_WORKFLOW);

/** What GitHub documents, and what it answers besides without documenting it per operation. */
const FAILURES: readonly Failure[] = [
  ['repos/create-deployment', 409, {}, REFUSED],
  ['repos/create-deployment', 422, {}, REFUSED],
  ['repos/list-deployment-statuses', 404, {}, GONE],
  ...[...gitHubStatuses.keys()]
    .filter((operation) => /^(repos\/(list|create)-|actions\/)/.test(operation))
    .flatMap((operation) => failuresOf(operation)),
];

const isWrite = (operation: string): boolean => !operation.includes('/list-');
const requestFor = (operation: string) => (operation.startsWith('actions/') ? runs : deploys);

describe('gitHubPlatform, by every documented status of every operation', () => {
  it('knows all operations and statuses that there are', () => {
    expect(Object.fromEntries(gitHubStatuses)).toEqual({
      'repos/list-deployments': [200],
      'repos/create-deployment': [201, 202, 409, 422],
      'repos/list-deployment-statuses': [200, 404],
      'actions/create-workflow-dispatch': [200, 204],
      'actions/list-workflow-runs': [200],
      'apps/get-repo-installation': [200, 301, 404],
      'apps/create-installation-access-token': [201, 401, 403, 404, 422],
      'git/get-ref': [200, 404, 409],
      'git/create-ref': [201, 409, 422],
      'git/delete-ref': [204, 409, 422],
      'git/get-commit': [200, 404, 409],
      'git/create-commit': [201, 404, 409, 422],
      'repos/compare-commits-with-basehead': [200, 404, 500, 503],
      'pulls/list': [200, 304, 422],
      'pulls/create': [201, 403, 422],
      'pulls/get': [200, 304, 404, 406, 500, 503],
      'pulls/update': [200, 403, 422],
      'pulls/merge': [200, 403, 404, 405, 409, 422],
    });
  });

  it.each([
    ['repos/create-deployment', 201],
    ['actions/create-workflow-dispatch', 204],
    ['actions/create-workflow-dispatch', 200],
  ])('takes %s for done by %i', async (operation, status) => {
    const request = requestFor(operation);
    const prepared = await rig.prepare(request);
    rig.server.answerNext(operation, { status, effect: true, body: '' });
    expect(await rig.platform().act(request, prepared)).toMatchObject({ success: true });
    expect(await rig.platform().report(request, prepared, SINCE)).toMatchObject({ kind: 'done' });
    expect(rig.server.effects).toEqual([operation]);
  });

  it.each(FAILURES.filter(([operation]) => isWrite(operation)))(
    'does nothing when %s answers %i with %j, and sees that it did not',
    async (operation, status, headers, meant) => {
      const request = requestFor(operation);
      const prepared = await rig.prepare(request);
      rig.server.answerNext(operation, { status, body: '', headers: { ...headers } });
      expect(await outcome(rig.platform().act(request, prepared))).toMatchObject(meant);
      rig.now = new Date(SINCE.getTime() + 30_000);
      expect(await rig.platform().look(request, prepared, SINCE)).toEqual({ kind: 'not_done' });
      expect(rig.server.effects).toEqual([]);
    },
  );

  it.each(FAILURES.filter(([operation]) => !isWrite(operation)))(
    'prepares nothing when %s answers %i with %j',
    async (operation, status, headers, meant) => {
      rig.server.answerNext(operation, { status, body: '', headers: { ...headers } });
      expect(await outcome(rig.platform().prepare(requestFor(operation)))).toMatchObject(meant);
      expect(rig.server.effects).toEqual([]);
    },
  );

  it.each([
    ['repos/list-deployments', 'not json'],
    ['repos/list-deployments', [{ id: 1 }]],
    ['repos/list-deployment-statuses', [{}]],
    ['repos/list-deployment-statuses', [{ state: 'success' }]],
    ['actions/list-workflow-runs', { workflow_runs: [{}] }],
  ])('prepares nothing on an unknown shape of %s', async (operation, body) => {
    rig.server.answerNext(operation, { body });
    expect(await outcome(rig.platform().prepare(requestFor(operation)))).toMatchObject({
      code: 'upstream_refused',
      message: expect.stringContaining('answered in an unknown shape'),
    });
  });

  it('tells the calls, and makes none', () => {
    const api = rig.platform({ baseUrl: 'https://api.github.com' });
    expect([...api.describe(deploys), ...api.describe(runs)]).toEqual([
      'POST https://api.github.com/repos/acme/shop/deployments (of the commit to return to)',
      'POST https://api.github.com/repos/acme/shop/actions/workflows/rollback.yml/dispatches',
    ]);
    expect(() => api.describe(asking({ type: 'agent' }))).toThrow('not deployed through GitHub');
    expect(rig.server.calls).toEqual([]);
  });
});
