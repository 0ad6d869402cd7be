import { describe, expect, it } from 'vitest';
import { outcome } from '../../support/vendor/outcome.js';
import { RECOVERY_ID, ROLLBACK, SINCE } from '../../support/vendor/rig.js';
import { vercelDeployment } from '../../support/vercel/project.js';
import { asking, VercelRig } from '../../support/vercel/rig.js';

const rig = new VercelRig();
const TO_NEWER = { ...ROLLBACK, to: 'dpl_2' };

describe('rollback at Vercel, prepared', () => {
  it('fixes both ends and the way back, and changes nothing', async () => {
    expect(await rig.prepare(ROLLBACK)).toEqual({
      before: {
        deployment_id: 'dpl_2',
        created_at: '2026-03-01T00:02:00.000Z',
        live_from: '2026-03-01T00:02:30.000Z',
        commit: 'commit-2',
        auto_assign: true,
      },
      after: {
        deployment_id: 'dpl_1',
        created_at: '2026-03-01T00:01:00.000Z',
        commit: 'commit-1',
        by: 'rollback',
        proven: false,
        proven_why: 'not proven: the ledger has not seen it',
      },
      inverse: { name: 'rollback', rollback_type: 'deployment', to: 'dpl_2' },
    });
    expect(rig.server.effects).toEqual([]);
  });

  it('names no way back where a promotion would switch on what was off', async () => {
    await rig.restartWith({ autoAssignCustomDomains: false });
    expect(await rig.prepare(ROLLBACK)).toMatchObject({ inverse: null });
  });

  it.each([
    ['of a paused project', ROLLBACK, { paused: true }, 'the project is paused'],
    ['to what never was', { ...ROLLBACK, to: 'dpl_9' }, {}, 'dpl_9 is not among'],
  ])('refuses one %s', async (_, action, project, why) => {
    await rig.restartWith(project);
    expect(await outcome(rig.platform().prepare(asking(action)))).toMatchObject({
      code: 'refused',
      message: expect.stringContaining(why),
    });
    expect(rig.server.effects).toEqual([]);
  });

  it('refuses on Hobby what is not the previous deployment, with the reason', async () => {
    await rig.restartWith({
      production: 'dpl_3',
      deployments: [1, 2, 3].map((order) => vercelDeployment(order)),
    });
    const target = {
      type: 'vercel',
      project_id: 'prj_1',
      plan: 'hobby',
      credential: 'VERCEL_TOKEN',
    } as const;
    const request = asking({ ...ROLLBACK, to: 'dpl_1' }, { target });
    expect(await outcome(rig.platform().prepare(request))).toMatchObject({
      code: 'refused',
      message:
        'shop (prj_1): on the Hobby plan only the previous deployment (dpl_2) can be returned to, not dpl_1',
    });
  });

  it.each([101, 250])('finds its target beyond %i that failed, page by page', async (failed) => {
    const builds = Array.from({ length: failed }, (_, i) =>
      vercelDeployment(10 + i, { state: 'ERROR', meta: {} }),
    );
    const deployments = [vercelDeployment(1), vercelDeployment(2), ...builds];
    await rig.restartWith({ deployments });
    expect(await rig.prepare(ROLLBACK)).toMatchObject({ after: { deployment_id: 'dpl_1' } });
    const pages = rig.operations().filter((operation) => operation === 'getDeployments');
    expect(pages).toHaveLength(Math.ceil((failed + 2) / 100));
  });

  it('calls in the scope of the team, and learns of a wrong one', async () => {
    await rig.restartWith({ teamId: 'team_1' });
    const target = {
      type: 'vercel',
      project_id: 'prj_1',
      plan: 'pro',
      credential: 'VERCEL_TOKEN',
    } as const;
    const right = { target: { ...target, team_id: 'team_1' } };
    const prepared = await rig.prepare(ROLLBACK, right);
    await rig.platform().act(asking(ROLLBACK, right), prepared);
    await rig.platform().report(asking(ROLLBACK, right), prepared, SINCE);
    for (const { query } of rig.server.calls) expect(query).toMatchObject({ teamId: 'team_1' });
    expect(rig.server.effects).toEqual(['requestRollback']);
    rig.server.answerNext('getProject', { status: 403 });
    expect(await outcome(rig.platform().prepare(asking(ROLLBACK, { target })))).toMatchObject({
      code: 'upstream_refused',
      message: expect.stringContaining('VERCEL_TOKEN was refused'),
    });
  });
});

describe('rollback at Vercel, carried out', () => {
  it('moves production once, reads it back, and leaves the assignment of domains off', async () => {
    const prepared = await rig.prepare(ROLLBACK);
    expect(await rig.platform().act(asking(ROLLBACK), prepared)).toMatchObject({
      success: true,
      component: 'shop',
      rollback_type: 'deployment',
      from_state: { deployment_id: 'dpl_2' },
      to_state: { deployment_id: 'dpl_1' },
    });
    expect(rig.project).toMatchObject({ production: 'dpl_1', autoAssignCustomDomains: false });
    expect(await rig.platform().report(asking(ROLLBACK), prepared, SINCE)).toMatchObject({
      kind: 'done',
      result: { success: true, auto_deploy: 'off' },
    });
    expect(rig.server.effects).toEqual(['requestRollback']);
    const call = rig.server.calls.find(({ operation }) => operation === 'requestRollback');
    expect(call?.query).toEqual({ description: `Forestall, recovery ${RECOVERY_ID}` });
  });

  it('switches the assignment of domains off where Vercel has not', async () => {
    const prepared = await rig.prepare(ROLLBACK);
    await rig.platform().act(asking(ROLLBACK), prepared);
    rig.project.autoAssignCustomDomains = true;
    const paused = asking(ROLLBACK, { paused: true });
    expect(await rig.platform().report(paused, prepared, SINCE)).toEqual({ kind: 'pending' });
    expect(rig.server.effects).toEqual(['requestRollback']);
    expect(await rig.platform().report(asking(ROLLBACK), prepared, SINCE)).toMatchObject({
      result: { auto_deploy: 'off' },
    });
    expect(rig.project.autoAssignCustomDomains).toBe(false);
    expect(rig.server.effects).toEqual(['requestRollback', 'updateProject']);
  });

  it('counts, and says that domains are still assigned, when that cannot be switched off', async () => {
    const prepared = await rig.prepare(ROLLBACK);
    await rig.platform().act(asking(ROLLBACK), prepared);
    rig.project.autoAssignCustomDomains = true;
    rig.server.answerNext('updateProject', { status: 409 });
    expect(await rig.platform().report(asking(ROLLBACK), prepared, SINCE)).toMatchObject({
      kind: 'done',
      result: { success: true, auto_deploy: 'still on' },
    });
  });

  it('is put back exactly by its inverse, through a promotion', async () => {
    const before = structuredClone(rig.project);
    const prepared = await rig.prepare(ROLLBACK);
    await rig.platform().act(asking(ROLLBACK), prepared);
    rig.now = new Date(SINCE.getTime() + 60_000);
    const undo = asking(prepared.inverse ?? ROLLBACK, { byPerson: true });
    const back = await rig.platform().prepare(undo);
    expect(back.after).toMatchObject({ deployment_id: 'dpl_2', by: 'promote' });
    await rig.platform().act(undo, back);
    expect(await rig.platform().report(undo, back, rig.now)).toMatchObject({ kind: 'done' });
    const { lastAliasRequest: _, ...restored } = rig.project;
    const { lastAliasRequest: __, ...original } = before;
    expect(restored).toEqual(original);
    expect(rig.server.effects).toEqual(['requestRollback', 'requestPromote']);
  });

  it('does nothing where production has moved since it was prepared', async () => {
    const prepared = await rig.prepare(ROLLBACK);
    rig.project.production = 'dpl_7';
    expect(await outcome(rig.platform().act(asking(ROLLBACK), prepared))).toMatchObject({
      code: 'refused',
      message: 'shop (prj_1): production has moved from dpl_2 to dpl_7 meanwhile',
    });
    expect(rig.server.effects).toEqual([]);
  });

  it('does nothing where production stands there already', async () => {
    const prepared = await rig.prepare(ROLLBACK);
    rig.project.production = 'dpl_1';
    expect(await rig.platform().act(asking(ROLLBACK), prepared)).toMatchObject({
      message: 'production stood there already',
    });
    expect(rig.server.effects).toEqual([]);
  });

  it('does nothing without what was stored', async () => {
    const none = { before: {}, after: null, inverse: null };
    for (const step of [
      rig.platform().act(asking(ROLLBACK), none),
      rig.platform().look(asking(ROLLBACK), none, SINCE),
      rig.platform().report(asking(ROLLBACK), none, SINCE),
    ]) {
      expect(await outcome(step)).toMatchObject({
        code: 'refused',
        message: expect.stringContaining('plan it anew'),
      });
    }
    expect(rig.server.calls).toEqual([]);
  });
});

describe('rollback at Vercel, looked for', () => {
  it.each(['rollback', 'promote'] as const)(
    'finds a %s whose answer was lost, and does not repeat it',
    async (by) => {
      if (by === 'promote') await rig.restartWith({ production: 'dpl_1' });
      const action = by === 'promote' ? TO_NEWER : ROLLBACK;
      const prepared = await rig.prepare(action);
      const operation = by === 'promote' ? 'requestPromote' : 'requestRollback';
      rig.server.answerNext(operation, { ending: 'drop', effect: true });
      expect(await outcome(rig.platform().act(asking(action), prepared))).toMatchObject({
        code: 'upstream_unavailable',
      });
      expect(await rig.platform().look(asking(action), prepared, SINCE)).toMatchObject({
        kind: 'done',
        result: { success: true },
      });
      expect(rig.server.effects).toEqual([operation]);
    },
  );

  it('finds one that is still in progress, and waits for its end', async () => {
    await rig.restartWith({}, 'by_hand');
    const prepared = await rig.prepare(ROLLBACK);
    rig.server.answerNext('requestRollback', { ending: 'drop', effect: true });
    await outcome(rig.platform().act(asking(ROLLBACK), prepared));
    expect(await rig.platform().look(asking(ROLLBACK), prepared, SINCE)).toMatchObject({
      kind: 'done',
    });
    const report = () => rig.platform().report(asking(ROLLBACK), prepared, SINCE);
    expect(await report()).toEqual({ kind: 'pending' });
    rig.server.finishMove('prj_1', 'succeeded');
    expect(await report()).toMatchObject({ kind: 'done' });
  });

  it.each(['failed', 'skipped'] as const)('reports one that %s', async (status) => {
    await rig.restartWith({}, 'by_hand');
    const prepared = await rig.prepare(ROLLBACK);
    await rig.platform().act(asking(ROLLBACK), prepared);
    rig.server.finishMove('prj_1', status);
    expect(await rig.platform().report(asking(ROLLBACK), prepared, SINCE)).toMatchObject({
      kind: 'failed',
      why: `the rollback to dpl_1 ended as ${status}`,
      result: { success: false },
    });
  });

  it('reports production that went elsewhere', async () => {
    const prepared = await rig.prepare(ROLLBACK);
    await rig.platform().act(asking(ROLLBACK), prepared);
    rig.project.production = 'dpl_8';
    expect(await rig.platform().report(asking(ROLLBACK), prepared, SINCE)).toMatchObject({
      kind: 'failed',
      why: 'production went to dpl_8 instead',
    });
  });

  it('believes only after a while that one was not made', async () => {
    const prepared = await rig.prepare(ROLLBACK);
    rig.server.answerNext('requestRollback', { ending: 'drop' });
    await outcome(rig.platform().act(asking(ROLLBACK), prepared));
    const look = () => rig.platform().look(asking(ROLLBACK), prepared, SINCE);
    expect(await look()).toMatchObject({ kind: 'unknown' });
    rig.now = new Date(SINCE.getTime() + 20_000);
    expect(await look()).toEqual({ kind: 'not_done' });
  });

  it('takes no older rollback to the same deployment for its own', async () => {
    const prepared = await rig.prepare(ROLLBACK);
    rig.project.lastAliasRequest = {
      fromDeploymentId: 'dpl_2',
      toDeploymentId: 'dpl_1',
      jobStatus: 'succeeded',
      requestedAt: SINCE.getTime() - 3000,
      type: 'rollback',
    };
    rig.now = new Date(SINCE.getTime() + 20_000);
    expect(await rig.platform().look(asking(ROLLBACK), prepared, SINCE)).toEqual({
      kind: 'not_done',
    });
  });

  it('cannot tell where production went elsewhere', async () => {
    const prepared = await rig.prepare(ROLLBACK);
    rig.project.production = 'dpl_8';
    expect(await rig.platform().look(asking(ROLLBACK), prepared, SINCE)).toEqual({
      kind: 'unknown',
      why: 'production went to dpl_8 meanwhile',
    });
  });
});
