import { beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../lib/errors.js';
import { breakItems, configured, PLANTED } from '../../support/vercel/configured.js';
import { DAY, vercelDeployment, vercelEnv } from '../../support/vercel/project.js';
import { TARGET, VercelRig, WITH_EDGE } from '../../support/vercel/rig.js';

const rig = new VercelRig();
const BUILT = DAY + 2 * 60_000;
/** A build of the stand-in takes so long. */
const LIVE = BUILT + 30_000;

const moved = (type: 'promote' | 'rollback', to: string, jobStatus = 'succeeded') => ({
  lastAliasRequest: {
    fromDeploymentId: 'dpl_1',
    toDeploymentId: to,
    jobStatus,
    requestedAt: BUILT + 60_000,
    type,
  },
});

beforeEach(() => rig.restartWith(configured()));

describe('vercelPlatform, telling what is live', () => {
  it('tells the deployment, its commit, and all that can be read of its configuration', async () => {
    const state = await rig.state(TARGET);
    expect(state).toMatchObject({
      version: 'commit-2',
      deployment_id: 'dpl_2',
      live_from: new Date(LIVE),
      instances: null,
    });
    expect(Object.keys(state?.config ?? {}).toSorted()).toEqual([
      'DATABASE_URL',
      'POOL',
      'PORT',
      'SESSION_KEY',
    ]);
    expect(state?.config?.['DATABASE_URL']).toContain(`postgres://good:${PLANTED}@db`);
    expect(state?.config?.['SESSION_KEY']).toBe(
      JSON.stringify({ unread: { id: 'env_SESSION_KEY', updatedAt: DAY } }),
    );
    expect(new Set(rig.server.calls.map(({ method }) => method))).toEqual(new Set(['GET']));
  });

  it.each([
    ['GitLab', { gitlabCommitSha: 'c1' }, 'c1'],
    ['Bitbucket', { bitbucketCommitSha: 'c2' }, 'c2'],
    ['nobody', {}, 'dpl_2'],
    ['nobody, of what a recovery built again', { forestallOrigin: 'dpl_0' }, 'dpl_0'],
  ])('tells the version where %s told the commit', async (_, meta, version) => {
    await rig.restartWith({ deployments: [vercelDeployment(2, { meta })] });
    expect(await rig.state(TARGET)).toMatchObject({ version });
  });

  it('takes each change of the Edge Config for a state of its own, since it is live at once', async () => {
    const before = await rig.state();
    expect(before).toMatchObject({
      deployment_id: `dpl_2+${BUILT}.3`,
      live_from: new Date(LIVE),
    });
    expect(Object.keys(before?.config ?? {})).toContain('edge_config:checkout');
    breakItems(rig.project);
    const changed = DAY + 13 * 60_000;
    expect(await rig.state()).toMatchObject({
      deployment_id: `dpl_2+${changed}.3`,
      live_from: new Date(changed),
    });
    rig.project.edgeItems.splice(1, 1);
    expect((await rig.state())?.deployment_id).toBe(`dpl_2+${changed}.2`);
    rig.project.edgeItems = [];
    expect((await rig.state())?.deployment_id).toBe(`dpl_2+${BUILT}.0`);
  });

  it('knows the configuration of what was promoted, not of what was rolled back to', async () => {
    await rig.restartWith({ ...configured(), ...moved('promote', 'dpl_2') });
    const again = `dpl_2+${BUILT + 60_000}`;
    const promoted = await rig.state(TARGET);
    expect(promoted).toMatchObject({
      deployment_id: again,
      live_from: new Date(BUILT + 60_000),
      config: { PORT: expect.stringContaining('10000') },
    });
    await rig.restartWith({ ...configured(), ...moved('rollback', 'dpl_2') });
    expect(await rig.state(TARGET)).toMatchObject({ deployment_id: again, config: null });
    await rig.restartWith({ ...configured(), ...moved('rollback', 'dpl_1') });
    expect((await rig.state(TARGET))?.deployment_id).toBe('dpl_2');
  });

  it('does not know it where a variable is newer than what is live', async () => {
    rig.project.envs.push(vercelEnv('NEW', '1', { updatedAt: BUILT + 1 }));
    expect(await rig.state(TARGET)).toMatchObject({ deployment_id: 'dpl_2', config: null });
  });

  it('does not know it where a variable may have been production’s until it was changed', async () => {
    const other = { target: ['preview'], createdAt: BUILT + 1, updatedAt: BUILT + 1 };
    rig.project.envs.push(vercelEnv('OTHER', '1', other));
    expect((await rig.state(TARGET))?.config).toHaveProperty('PORT');
    const narrowed = { target: ['preview'], updatedAt: BUILT + 1 };
    rig.project.envs = rig.project.envs.map((env) =>
      env.key === 'POOL' ? { ...env, ...narrowed } : env,
    );
    expect(await rig.state(TARGET)).toMatchObject({ deployment_id: 'dpl_2', config: null });
  });

  it('tells what is live also where the token may not read the configuration', async () => {
    rig.server.answerNext('filterProjectEnvs', { status: 403 });
    expect(await rig.state(TARGET)).toMatchObject({ deployment_id: 'dpl_2', config: null });
    rig.project.decrypts = 'never';
    expect((await rig.state(TARGET))?.config?.['POOL']).toContain('unread');
  });

  it('tells nothing while Vercel does not answer', async () => {
    rig.server.answerNext('filterProjectEnvs', { ending: 'drop' });
    await expect(rig.state(TARGET)).rejects.toBeInstanceOf(AppError);
  });

  it('reads no variable of a state that is known', async () => {
    const known = new Set([(await rig.state())?.deployment_id ?? '']);
    const before = rig.server.calls.length;
    const again = await rig.platform().state?.({ component: 'shop', target: WITH_EDGE }, known);
    expect(again).toMatchObject({ deployment_id: [...known][0], config: null });
    expect(rig.operations().slice(before)).toEqual([
      'getProject',
      'getDeployments',
      'getEdgeConfigItems',
    ]);
    breakItems(rig.project);
    const other = await rig.platform().state?.({ component: 'shop', target: WITH_EDGE }, known);
    expect(other?.config).toMatchObject({ PORT: expect.anything() });
  });

  it('ends all its calls when the time of a look is up', async () => {
    rig.project.decrypts = 'single';
    rig.server.answerNext('getProject', { delayMs: 150 });
    rig.server.answerNext('getDeployments', { delayMs: 150 });
    rig.server.answerNext('getProjectEnv', { ending: 'hang' });
    const began = Date.now();
    const look = rig.platform({ lookMs: 500 }).state?.({ component: 'shop', target: TARGET });
    await expect(look).rejects.toMatchObject({
      code: 'upstream_unavailable',
      message: expect.stringContaining('in the time that it shares with other calls'),
    });
    expect(Date.now() - began).toBeLessThan(2500);
  });

  it('tells what is live also where the token may not read the Edge Config', async () => {
    rig.server.answerNext('getEdgeConfigItems', { status: 403 });
    expect(await rig.state()).toMatchObject({ deployment_id: 'dpl_2', config: null });
  });

  it.each([
    ['the project is paused', { paused: true }],
    ['nothing serves', { production: null }],
    ['production moves', moved('promote', 'dpl_2', 'in-progress')],
    [
      'something is built',
      { deployments: [vercelDeployment(2), vercelDeployment(3, { state: 'BUILDING' })] },
    ],
  ])('tells nothing while %s', async (_, given) => {
    await rig.restartWith(given);
    expect(await rig.state(TARGET)).toBeNull();
  });

  it('knows no configuration of more variables than are asked for one by one', async () => {
    const envs = Array.from({ length: 51 }, (_, i) => vercelEnv(`V_${i}`, String(i)));
    await rig.restartWith({ envs, decrypts: 'single' });
    expect(await rig.state(TARGET)).toMatchObject({ config: null });
    await rig.restartWith({ envs: envs.slice(1), decrypts: 'single' });
    expect(Object.keys((await rig.state(TARGET))?.config ?? {})).toHaveLength(50);
  });

  it('knows none of a list that goes on elsewhere', async () => {
    const pagination = { count: 1, next: 7, prev: null };
    rig.server.answerNext('filterProjectEnvs', { body: { envs: [], pagination } });
    expect(await rig.state(TARGET)).toMatchObject({ config: null });
  });
});
