import { describe, expect, it } from 'vitest';
import { gitHubDeployment, gitHubSha } from '../../support/github/repository.js';
import { asking, BY_DEPLOYMENT, BY_WORKFLOW, GitHubRig } from '../../support/github/rig.js';
import { outcome } from '../../support/vendor/outcome.js';
import { RECOVERY_ID, ROLLBACK, SINCE } from '../../support/vendor/rig.js';

const rig = new GitHubRig();
const CREATE = 'repos/create-deployment';
const DISPATCH = 'actions/create-workflow-dispatch';
const WAYS = [
  { by: 'a deployment', target: BY_DEPLOYMENT, operation: CREATE },
  { by: 'a workflow', target: BY_WORKFLOW, operation: DISPATCH },
] as const;
const run = (given: object = {}) => ({
  id: 1,
  created_at: SINCE.toISOString(),
  status: 'completed',
  conclusion: 'success',
  ...given,
});

describe.each(WAYS)('rollback through GitHub by $by', ({ target, operation }) => {
  const request = asking(target);

  it('fixes both ends and the way back, and changes nothing', async () => {
    expect(await rig.prepare(request)).toEqual({
      before: {
        deployment_id: 2,
        sha: gitHubSha(2),
        created_at: '2026-03-01T00:02:00.000Z',
        live_from: '2026-03-01T00:02:20.000Z',
        newest: 2,
        ...(target === BY_WORKFLOW && { newest_run: 0 }),
      },
      after: { deployment_id: 1, sha: gitHubSha(1), created_at: '2026-03-01T00:01:00.000Z' },
      inverse: { name: 'rollback', rollback_type: 'deployment', to: gitHubSha(2) },
    });
    expect(rig.server.effects).toEqual([]);
  });

  it('is carried out once, and reported', async () => {
    const prepared = await rig.prepare(request);
    expect(await rig.platform().act(request, prepared)).toMatchObject({
      success: true,
      component: 'shop',
      rollback_type: 'deployment',
      from_state: { sha: gitHubSha(2) },
      to_state: { sha: gitHubSha(1) },
      auto_deploy: 'still on',
    });
    expect(await rig.platform().report(request, prepared, SINCE)).toMatchObject({
      kind: 'done',
      result: { success: true },
    });
    expect(rig.server.effects).toEqual([operation]);
  });

  it.each([
    ['nothing', { ending: 'drop', effect: true }],
    ['502', { status: 502, effect: true, body: '' }],
  ] as const)('finds itself after %s, and is not repeated', async (_, answer) => {
    const prepared = await rig.prepare(request);
    rig.server.answerNext(operation, answer);
    expect(await outcome(rig.platform().act(request, prepared))).toMatchObject({
      code: 'upstream_unavailable',
    });
    expect(await rig.platform().look(request, prepared, SINCE)).toMatchObject({
      kind: 'done',
      result: { success: true },
    });
    expect(rig.server.effects).toEqual([operation]);
  });

  it('believes only after a while that it was not made', async () => {
    const prepared = await rig.prepare(request);
    rig.server.answerNext(operation, { ending: 'drop' });
    await outcome(rig.platform().act(request, prepared));
    const look = () => rig.platform().look(request, prepared, SINCE);
    expect(await look()).toMatchObject({ kind: 'unknown' });
    rig.now = new Date(SINCE.getTime() + 30_000);
    expect(await look()).toEqual({ kind: 'not_done' });
    expect(await rig.platform().report(request, prepared, SINCE)).toEqual({ kind: 'pending' });
  });

  it('does nothing where a deployment was made meanwhile, or nothing was stored', async () => {
    const prepared = await rig.prepare(request);
    rig.repository.deployments.push(gitHubDeployment(3, { states: [] }));
    expect(await outcome(rig.platform().act(request, prepared))).toMatchObject({
      code: 'refused',
      message: 'shop (acme/shop): deployment 3 was made meanwhile',
    });
    const none = { before: {}, after: null, inverse: null };
    for (const step of ['act', 'look', 'report'] as const) {
      expect(await outcome(rig.platform()[step](request, none, SINCE))).toMatchObject({
        code: 'refused',
        message: expect.stringContaining('plan it anew'),
      });
    }
    expect(rig.server.effects).toEqual([]);
  });

  it('refuses what is no rollback of a deployment', async () => {
    const action = { ...ROLLBACK, rollback_type: 'config' } as const;
    expect(await outcome(rig.platform().prepare(asking(target, { action })))).toMatchObject({
      code: 'refused',
      message: expect.stringContaining('only a deployment'),
    });
    const restart = asking(target, { action: { name: 'restart' } });
    expect(await outcome(rig.platform().prepare(restart))).toMatchObject({
      message: 'shop: GitHub cannot restart it',
    });
  });
});

describe('rollback through GitHub by a deployment', () => {
  const request = asking(BY_DEPLOYMENT);

  it('asks for the commit alone, without merging or waiting for checks, marked with the recovery', async () => {
    await rig.platform().act(request, await rig.prepare(request));
    expect(rig.server.calls.at(-1)?.body).toEqual({
      ref: gitHubSha(1),
      task: 'rollback',
      auto_merge: false,
      required_contexts: [],
      environment: 'production',
      description: `Forestall, recovery ${RECOVERY_ID}`,
      payload: { forestall_recovery: RECOVERY_ID },
    });
  });

  it('is put back by its inverse', async () => {
    await rig.platform().act(request, await rig.prepare(request));
    rig.now = new Date(SINCE.getTime() + 60_000);
    const undo = asking(BY_DEPLOYMENT, {
      action: { ...ROLLBACK, to: gitHubSha(2) },
      byPerson: true,
      recoveryId: '0199c0de-0000-7000-8000-000000000002',
    });
    const back = await rig.prepare(undo);
    await rig.platform().act(undo, back);
    expect(await rig.platform().report(undo, back, rig.now)).toMatchObject({ kind: 'done' });
    expect(rig.repository.deployments.at(-1)).toMatchObject({
      sha: gitHubSha(2),
      states: ['success'],
    });
  });

  it('takes nobody else’s for its own', async () => {
    const prepared = await rig.prepare(request);
    const foreign = { forestall_recovery: '0199c0de-0000-7000-8000-000000000009' };
    rig.repository.deployments.push(gitHubDeployment(3, { payload: JSON.stringify(foreign) }));
    rig.now = new Date(SINCE.getTime() + 30_000);
    expect(await rig.platform().look(request, prepared, SINCE)).toEqual({ kind: 'not_done' });
  });

  it('does not take a merge for a deployment', async () => {
    const prepared = await rig.prepare(request);
    rig.server.answerNext(CREATE, { status: 202, body: { message: 'merged' } });
    expect(await outcome(rig.platform().act(request, prepared))).toMatchObject({
      code: 'upstream_refused',
    });
  });

  it.each([
    ['error', 'failed'],
    ['failure', 'failed'],
    ['in_progress', 'pending'],
    ['queued', 'pending'],
    ['success', 'done'],
  ])('reports the state %s as %s', async (state, kind) => {
    await rig.restartWith({}, 'by_hand');
    const prepared = await rig.prepare(request);
    await rig.platform().act(request, prepared);
    rig.repository.deployments.at(-1)?.states.unshift(state);
    expect(await rig.platform().report(request, prepared, SINCE)).toMatchObject({ kind });
  });
});

describe('rollback through GitHub by a workflow', () => {
  const request = asking(BY_WORKFLOW);

  it('tells the workflow the commit in the input that is named', async () => {
    await rig.platform().act(request, await rig.prepare(request));
    expect(rig.server.calls.at(-1)).toMatchObject({
      path: '/repos/acme/shop/actions/workflows/rollback.yml/dispatches',
      body: {
        ref: 'main',
        inputs: { app: 'shop', version: gitHubSha(1) },
        return_run_details: true,
      },
    });
  });

  it('has no way back, and goes to no named commit, where the workflow chooses by itself', async () => {
    const target = {
      ...BY_WORKFLOW,
      rollback: { ...BY_WORKFLOW.rollback, version_input: null },
    };
    const prepared = await rig.prepare(asking(target));
    expect(prepared.inverse).toBeNull();
    await rig.platform().act(asking(target), prepared);
    expect(rig.server.calls.at(-1)?.body).toEqual({
      ref: 'main',
      inputs: { app: 'shop' },
      return_run_details: true,
    });
    const named = asking(target, { action: { ...ROLLBACK, to: gitHubSha(1) }, byPerson: true });
    expect(await outcome(rig.platform().prepare(named))).toMatchObject({
      code: 'refused',
      message: expect.stringContaining('version_input'),
    });
  });

  it.each(['queued', 'in_progress', 'waiting'])(
    'waits while a run is %s, whosever it is',
    async (status) => {
      await rig.restartWith({ runs: [run({ status, conclusion: null })] });
      expect(await outcome(rig.platform().prepare(request))).toMatchObject({
        code: 'upstream_unavailable',
        message: expect.stringContaining('run 1 of rollback.yml has not ended'),
      });
    },
  );

  it('reports on the run that GitHub told of, not on another that began with it', async () => {
    await rig.restartWith({}, 'by_hand');
    const prepared = await rig.prepare(request);
    const acted = await rig.platform().act(request, prepared);
    const own = rig.repository.runs.at(-1);
    rig.repository.runs.push({
      id: 50,
      created_at: SINCE.toISOString(),
      status: 'completed',
      conclusion: 'failure',
    });
    expect(acted['run_id']).toBe(own?.id);
    expect(await rig.platform().report(request, prepared, SINCE, acted)).toEqual({
      kind: 'pending',
    });
    Object.assign(own ?? {}, { status: 'completed', conclusion: 'success' });
    expect(await rig.platform().report(request, prepared, SINCE, acted)).toMatchObject({
      kind: 'done',
      result: { run_id: own?.id },
    });
  });

  it('cannot tell which of several runs is its own when the answer was lost', async () => {
    const prepared = await rig.prepare(request);
    const made = { created_at: SINCE.toISOString(), status: 'completed', conclusion: 'success' };
    rig.repository.runs.push({ id: 50, ...made });
    expect(await rig.platform().look(request, prepared, SINCE)).toMatchObject({
      kind: 'done',
      result: { run_id: 50 },
    });
    rig.repository.runs.push({ id: 51, ...made });
    expect(await rig.platform().look(request, prepared, SINCE)).toEqual({
      kind: 'unknown',
      why: '2 runs of rollback.yml began since: any may be ours',
    });
  });

  it('takes no run for its own that it has waited for, though the first attempt came before it', async () => {
    await rig.restartWith({ runs: [run({ id: 40 })] });
    const prepared = await rig.prepare(request);
    expect(await rig.platform().report(request, prepared, SINCE)).toEqual({ kind: 'pending' });
    rig.server.answerNext('actions/create-workflow-dispatch', { ending: 'drop' });
    await outcome(rig.platform().act(request, prepared));
    rig.now = new Date(SINCE.getTime() + 30_000);
    expect(await rig.platform().look(request, prepared, SINCE)).toEqual({ kind: 'not_done' });
  });

  it('finds its own run beside one that it has waited for', async () => {
    await rig.restartWith({ runs: [run({ id: 40 })] });
    const prepared = await rig.prepare(request);
    rig.server.answerNext('actions/create-workflow-dispatch', { ending: 'drop', effect: true });
    await outcome(rig.platform().act(request, prepared));
    expect(await rig.platform().look(request, prepared, SINCE)).toMatchObject({
      kind: 'done',
      result: { run_id: rig.repository.runs.at(-1)?.id },
    });
  });

  it.each(['in_progress', 'completed'])(
    'asks for no run where another began after it was prepared (%s), and takes it for none of its own',
    async (status) => {
      const prepared = await rig.prepare(request);
      rig.repository.runs.push(run({ id: 50, status, conclusion: null }));
      // Refused for good: a later look could not tell that run from one of ours.
      expect(await outcome(rig.platform().act(request, prepared))).toMatchObject({
        code: 'refused',
        message: expect.stringContaining('run 50 of rollback.yml began since this was decided'),
      });
      expect(rig.server.effects).toEqual([]);
    },
  );

  it('takes no older run for its own', async () => {
    const created_at = new Date(SINCE.getTime() - 3000).toISOString();
    await rig.restartWith({ runs: [run({ created_at })] });
    const prepared = await rig.prepare(request);
    rig.now = new Date(SINCE.getTime() + 30_000);
    expect(await rig.platform().look(request, prepared, SINCE)).toEqual({ kind: 'not_done' });
  });

  it.each([
    ['completed', 'success', 'done'],
    ['completed', 'failure', 'failed'],
    ['completed', 'cancelled', 'failed'],
    ['completed', 'timed_out', 'failed'],
    ['completed', null, 'failed'],
    ['in_progress', null, 'pending'],
    ['queued', null, 'pending'],
  ])('reports a run that is %s with %s as %s', async (status, conclusion, kind) => {
    const prepared = await rig.prepare(request);
    rig.repository.runs.push(run({ status, conclusion }));
    expect(await rig.platform().report(request, prepared, SINCE)).toMatchObject({ kind });
  });
});
