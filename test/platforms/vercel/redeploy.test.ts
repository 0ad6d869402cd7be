import { describe, expect, it } from 'vitest';
import { outcome } from '../../support/vendor/outcome.js';
import { RECOVERY_ID, ROLLBACK, SINCE } from '../../support/vendor/rig.js';
import { DAY, vercelDeployment, vercelEnv } from '../../support/vercel/project.js';
import { asking, REDEPLOY, VercelRig } from '../../support/vercel/rig.js';

const rig = new VercelRig();
const setting = (target: string, updatedAt: number) =>
  vercelEnv('DATABASE_URL', 'postgres://', { target: [target], updatedAt });

describe('redeploy at Vercel', () => {
  it('builds the live source again, marked with the recovery, once', async () => {
    const prepared = await rig.prepare(REDEPLOY);
    expect(prepared).toEqual({
      before: { deployment_id: 'dpl_2', name: 'shop-prj_1', origin: 'dpl_2' },
      after: null,
      inverse: null,
    });
    expect(await rig.platform().act(asking(REDEPLOY), prepared)).toEqual({
      success: true,
      service_id: 'prj_1',
      component: 'shop',
      message: 'Vercel accepted the redeploy',
      status_code: 200,
      deployment_id: 'dpl_new1',
    });
    expect(rig.server.calls.at(-1)).toMatchObject({
      query: { forceNew: '1' },
      body: {
        name: 'shop-prj_1',
        project: 'prj_1',
        deploymentId: 'dpl_2',
        target: 'production',
        meta: { forestallRecovery: RECOVERY_ID, forestallOrigin: 'dpl_2' },
      },
    });
    expect(await rig.platform().report(asking(REDEPLOY), prepared, SINCE)).toMatchObject({
      kind: 'done',
      result: { success: true, deployment_id: 'dpl_new1' },
    });
    expect(rig.server.effects).toEqual(['createDeployment']);
  });

  it('is not what a rollback returns to', async () => {
    const prepared = await rig.prepare(REDEPLOY);
    await rig.platform().act(asking(REDEPLOY), prepared);
    expect(await rig.prepare(ROLLBACK)).toMatchObject({
      before: { deployment_id: 'dpl_new1' },
      after: { deployment_id: 'dpl_1' },
    });
    rig.now = new Date(SINCE.getTime() + 60_000);
    expect((await rig.prepare(REDEPLOY)).before).toMatchObject({
      deployment_id: 'dpl_new1',
      origin: 'dpl_2',
    });
  });

  it.each([
    ['is paused', { paused: true }, 'the project is paused'],
    ['assigns no domains by itself', { autoAssignCustomDomains: false }, 'would not go live'],
    ['has no production', { production: null }, 'is not among its deployments'],
    [
      'is being built',
      { deployments: [vercelDeployment(2), vercelDeployment(3, { state: 'QUEUED' })] },
      'dpl_3 is in progress',
    ],
    [
      'has settings that nobody has seen run',
      { envs: [setting('production', DAY + 3 * 60_000)] },
      'DATABASE_URL was changed after dpl_2 was built',
    ],
  ])('refuses where the project %s', async (_, project, why) => {
    await rig.restartWith(project);
    expect(await outcome(rig.platform().prepare(asking(REDEPLOY)))).toMatchObject({
      code: 'refused',
      message: expect.stringContaining(why),
    });
    expect(rig.server.effects).toEqual([]);
  });

  it.each([
    ['settings of previews are newer', { envs: [setting('preview', DAY + 3 * 60_000)] }, false],
    ['settings are older', { envs: [setting('production', DAY)] }, false],
    ['a person asks', { envs: [setting('production', DAY + 3 * 60_000)] }, true],
  ])('is prepared where %s', async (_, project, byPerson) => {
    await rig.restartWith(project);
    expect(await rig.prepare(REDEPLOY, { byPerson })).toMatchObject({
      before: { deployment_id: 'dpl_2' },
    });
  });

  it('does nothing where production has moved, or nothing was stored', async () => {
    const prepared = await rig.prepare(REDEPLOY);
    rig.project.production = 'dpl_1';
    expect(await outcome(rig.platform().act(asking(REDEPLOY), prepared))).toMatchObject({
      message: expect.stringContaining('has moved from dpl_2 to dpl_1'),
    });
    const none = { before: {}, after: null, inverse: null };
    expect(await outcome(rig.platform().act(asking(REDEPLOY), none))).toMatchObject({
      code: 'refused',
    });
    expect(rig.server.effects).toEqual([]);
  });

  it.each([
    [
      'somebody deploys',
      { deployments: [vercelDeployment(2), vercelDeployment(3, { state: 'BUILDING' })] },
      'dpl_3 is in progress',
    ],
    ['domains are assigned no more', { autoAssignCustomDomains: false }, 'would not go live'],
    [
      'settings were changed',
      { envs: [setting('production', DAY + 3 * 60_000)] },
      'was changed after dpl_2 was built',
    ],
  ])('builds nothing where %s between the look and the call', async (_, given, why) => {
    const prepared = await rig.prepare(REDEPLOY);
    Object.assign(rig.project, given);
    expect(await outcome(rig.platform().act(asking(REDEPLOY), prepared))).toMatchObject({
      code: 'refused',
      message: expect.stringContaining(why),
    });
    expect(rig.server.effects).toEqual([]);
  });

  it.each([
    ['nothing, and it was made', { ending: 'drop', effect: true }],
    ['503, and it was made', { status: 503, effect: true, body: '' }],
    ['half an answer', { ending: 'cut', effect: true }],
  ] as const)('finds itself after %s', async (_, answer) => {
    const prepared = await rig.prepare(REDEPLOY);
    rig.server.answerNext('createDeployment', answer);
    expect(await outcome(rig.platform().act(asking(REDEPLOY), prepared))).toMatchObject({
      code: 'upstream_unavailable',
    });
    expect(await rig.platform().look(asking(REDEPLOY), prepared, SINCE)).toMatchObject({
      kind: 'done',
      result: { success: true, deployment_id: 'dpl_new1', status_code: null },
    });
    expect(rig.server.effects).toEqual(['createDeployment']);
  });

  it.each([['not json'], [[]], [{ id: 7 }]])(
    'counts when it was accepted with the answer %j',
    async (body) => {
      const prepared = await rig.prepare(REDEPLOY);
      rig.server.answerNext('createDeployment', { body, effect: true });
      expect(await rig.platform().act(asking(REDEPLOY), prepared)).toMatchObject({
        success: true,
        deployment_id: null,
      });
    },
  );

  it('takes nobody else’s deployment for its own, and believes only after a while that it has none', async () => {
    const prepared = await rig.prepare(REDEPLOY);
    rig.project.deployments.push(vercelDeployment(9, { created: SINCE.getTime() + 1 }));
    const look = () => rig.platform().look(asking(REDEPLOY), prepared, SINCE);
    expect(await look()).toMatchObject({ kind: 'unknown' });
    rig.now = new Date(SINCE.getTime() + 20_000);
    expect(await look()).toEqual({ kind: 'not_done' });
    expect(await rig.platform().report(asking(REDEPLOY), prepared, SINCE)).toEqual({
      kind: 'pending',
    });
  });

  it('waits for the build, and for production to move', async () => {
    await rig.restartWith({}, 'by_hand');
    const prepared = await rig.prepare(REDEPLOY);
    await rig.platform().act(asking(REDEPLOY), prepared);
    const report = () => rig.platform().report(asking(REDEPLOY), prepared, SINCE);
    expect(await report()).toEqual({ kind: 'pending' });
    rig.server.finishBuild('prj_1', 'READY');
    expect(await report()).toMatchObject({ kind: 'done' });
    rig.project.production = 'dpl_2';
    expect(await report()).toEqual({ kind: 'pending' });
  });

  it.each(['ERROR', 'CANCELED'] as const)('reports a build that ends as %s', async (state) => {
    await rig.restartWith({}, 'by_hand');
    const prepared = await rig.prepare(REDEPLOY);
    await rig.platform().act(asking(REDEPLOY), prepared);
    rig.server.finishBuild('prj_1', state);
    expect(await rig.platform().report(asking(REDEPLOY), prepared, SINCE)).toMatchObject({
      kind: 'failed',
      why: `deployment dpl_new1 did not go live: ${state.toLowerCase()}`,
      result: { success: false },
    });
    expect(rig.project.production).toBe('dpl_2');
  });
});
