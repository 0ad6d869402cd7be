import { inspect } from 'node:util';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ActionRequest, LedgerState, Prepared } from '../../../lib/platforms/platform.js';
import { outcome, stored } from '../../support/vendor/outcome.js';
import { type Finish, RECOVERY_ID, SINCE } from '../../support/vendor/rig.js';
import {
  breakItems,
  configured,
  PLANTED,
  proven,
  settingsOf,
} from '../../support/vercel/configured.js';
import { type VercelProject, vercelEnv } from '../../support/vercel/project.js';
import { asking, CONFIG, VercelRig, WITH_EDGE } from '../../support/vercel/rig.js';

const rig = new VercelRig();
let good: LedgerState;
let goodSettings: unknown;
const given = (): Partial<ActionRequest> => ({ target: WITH_EDGE, known: [good] });
const prepare = () => rig.prepare(CONFIG, given());
const request = () => asking(CONFIG, { target: WITH_EDGE });
const act = (prepared: Prepared) => rig.platform().act(request(), prepared);
const report = (prepared: Prepared) => rig.platform().report(request(), prepared, SINCE);
const live = () => rig.project.deployments.find(({ uid }) => uid === rig.project.production);

async function bad(given: Partial<VercelProject> = {}, finish: Finish = 'at_once') {
  ({ good, settings: goodSettings } = await rig.breakConfig(given, finish));
}

beforeEach(() => bad());

describe('vercelPlatform, rolling the configuration back', () => {
  it('puts variables and items back, builds the live source again, and reports it live', async () => {
    await bad({}, 'by_hand');
    const prepared = await prepare();
    const acted = await act(prepared);
    const contract = {
      success: true,
      component: 'shop',
      rollback_type: 'config',
      from_state: {
        deployment_id: 'dpl_3',
        commit: 'commit-2',
        config: { DATABASE_URL: '***', POOL: null, EXTRA: '***', 'edge_config:limit': null },
      },
      to_state: {
        config_of: good.deploymentId,
        proven: true,
        healthy_minutes: 90,
        redeploy: true,
        config: { DATABASE_URL: '***', POOL: '***', EXTRA: null, 'edge_config:new': null },
      },
      deployment_id: 'dpl_new1',
    };
    expect(acted).toMatchObject(contract);
    expect(rig.server.effects.toSorted()).toEqual([
      'createDeployment',
      'createProjectEnv',
      'editProjectEnv',
      'patchEdgeConfigItems',
      'removeProjectEnv',
    ]);
    expect(settingsOf(rig.project)).toEqual(goodSettings);
    expect(rig.server.calls.at(-1)).toMatchObject({
      body: {
        deploymentId: 'dpl_3',
        meta: { forestallRecovery: RECOVERY_ID, forestallOrigin: 'dpl_3' },
      },
    });
    expect(await report(prepared)).toEqual({ kind: 'pending' });
    rig.server.finishBuild('prj_1', 'READY');
    expect(await report(prepared)).toMatchObject({ kind: 'done', result: contract });
    expect(live()).toMatchObject({ env: { POOL: PLANTED, PORT: '10000' } });
    expect(live()?.env).not.toHaveProperty('EXTRA');
  });

  it('shows no value in what is stored in plain, or answered', async () => {
    const prepared = await prepare();
    const { secret, ...plain } = prepared;
    expect(JSON.stringify(secret)).toContain(PLANTED);
    const shown = [plain, await act(prepared), rig.platform().describe(request())];
    expect(inspect([...shown, await report(prepared)], { depth: 9 })).not.toContain(PLANTED);
  });

  it('is undone by its inverse: all settings, and what is baked in, are as they were', async () => {
    const before = settingsOf(rig.project);
    const baked = { EXTRA: PLANTED, DATABASE_URL: `postgres://bad:${PLANTED}@db` };
    const prepared = await prepare();
    await act(prepared);
    if (prepared.inverse === null) throw new Error('it has an inverse');
    const asked = { target: WITH_EDGE, byPerson: true, undoes: prepared, recoveryId: 'undo' };
    const undo = asking(prepared.inverse, asked);
    const back = stored(await rig.platform().prepare(undo));
    expect(back.before).toMatchObject({ origin: 'dpl_3' });
    await rig.platform().act(undo, back);
    expect(settingsOf(rig.project)).toEqual(before);
    expect(live()).toMatchObject({ meta: { githubCommitSha: 'commit-2' }, env: baked });
    expect(await rig.platform().report(undo, back, SINCE)).toMatchObject({ kind: 'done' });
  });

  it('is not undone over what somebody has changed since', async () => {
    const prepared = await prepare();
    await act(prepared);
    rig.project.envs.push(vercelEnv('LATER', '1'));
    if (prepared.inverse === null) throw new Error('it has an inverse');
    const undo = asking(prepared.inverse, { target: WITH_EDGE, undoes: prepared });
    expect(await outcome(rig.platform().prepare(undo))).toMatchObject({
      code: 'refused',
      message: expect.stringContaining('does not stand any more'),
    });
  });

  it('puts items alone back at once, without a build', async () => {
    await rig.restartWith(configured());
    good = proven(await rig.state());
    breakItems(rig.project);
    rig.project.autoAssignCustomDomains = false;
    const prepared = await prepare();
    expect(prepared.after).toMatchObject({ redeploy: false });
    expect(await act(prepared)).toMatchObject({ success: true, deployment_id: null });
    expect(rig.server.effects).toEqual(['patchEdgeConfigItems']);
    expect(settingsOf(rig.project)).toEqual(goodSettings);
    expect(await report(prepared)).toMatchObject({ kind: 'done' });
    expect(await rig.platform().look(request(), prepared, SINCE)).toMatchObject({ kind: 'done' });
    rig.project.edgeItems = [];
    expect(await report(prepared)).toMatchObject({ kind: 'failed' });
  });

  it('leaves what other environments have alone', async () => {
    const prepared = await prepare();
    expect(JSON.stringify(prepared)).not.toContain('API_URL');
    await act(prepared);
    expect(rig.project.envs.find(({ key }) => key === 'API_URL')?.value).toBe('http://preview');
  });

  it('asks for values by each variable where the list does not decrypt', async () => {
    await bad({ decrypts: 'single' });
    await act(await prepare());
    expect(settingsOf(rig.project)).toEqual(goodSettings);
    expect(live()).toMatchObject({ env: { POOL: PLANTED } });
  });

  it.each([
    ['was changed', (one: VercelProject) => sensitive(one, { updatedAt: SINCE.getTime() })],
    ['was made anew', (one: VercelProject) => sensitive(one, { id: 'env_other' })],
    [
      'was removed',
      (one: VercelProject) => {
        one.envs = one.envs.filter(({ key }) => key !== 'SESSION_KEY');
      },
    ],
    [
      'is new',
      (one: VercelProject) => one.envs.push(vercelEnv('NEW_KEY', '', { type: 'sensitive' })),
    ],
    [
      'was made of what could be read',
      (one: VercelProject) => {
        for (const env of one.envs) if (env.key === 'PORT') env.type = 'sensitive';
      },
    ],
    [
      'is an integration’s own, and was rotated',
      (one: VercelProject) => {
        const own = { configurationId: 'icfg_1' };
        one.envs = one.envs.map((env) => (env.key === 'DATABASE_URL' ? { ...env, ...own } : env));
      },
    ],
  ])(
    'guesses nothing: it is refused where a variable that nobody may read %s',
    async (_, change) => {
      change(rig.project);
      expect(await outcome(rig.platform().prepare(asking(CONFIG, given())))).toMatchObject({
        code: 'refused',
        message: expect.stringMatching(
          /tells no value of (SESSION_KEY|NEW_KEY|PORT|DATABASE_URL), changed since/,
        ),
      });
      expect(rig.server.effects).toEqual([]);
    },
  );

  it('is refused where the token may not decrypt what was changed', async () => {
    rig.project.decrypts = 'never';
    expect(await outcome(rig.platform().prepare(asking(CONFIG, given())))).toMatchObject({
      code: 'refused',
      message: expect.stringContaining('tells no value of DATABASE_URL'),
    });
  });

  it.each([
    ['nothing is known', () => ({ known: [] })],
    ['none is proven', () => ({ known: [{ ...good, standing: 'unproven' as const }] })],
    ['the proven one is bad', () => ({ known: [{ ...good, standing: 'bad' as const }] })],
    ['its configuration was never seen', () => ({ known: [{ ...good, config: null }] })],
    [
      'the one of another version would take a variable away',
      () => ({ known: [{ ...good, version: 'commit-1' }] }),
    ],
    ['the one that is named is unknown', () => ({ action: { ...CONFIG, to: 'dpl_9' } })],
    [
      'a person names a bad one',
      () => ({
        action: { ...CONFIG, to: 'dpl_2' },
        byPerson: true,
        known: [{ ...good, standing: 'bad' as const }],
      }),
    ],
  ])('is refused when %s', async (_, more) => {
    const asked = asking(CONFIG, { ...given(), ...more() });
    expect(await outcome(rig.platform().prepare(asked))).toMatchObject({ code: 'refused' });
    expect(rig.server.effects).toEqual([]);
  });

  it('goes to one that is not proven for a person who names its deployment, and says so', async () => {
    const known = [{ ...good, standing: 'unproven' as const }];
    const prepared = await rig.prepare(
      { ...CONFIG, to: 'dpl_2' },
      { ...given(), byPerson: true, known },
    );
    expect(prepared.after).toMatchObject({ proven: false, config_of: good.deploymentId });
  });

  it.each([
    ['assigns no domains', { autoAssignCustomDomains: false }],
    ['is paused', { paused: true }],
    ['serves nothing', { production: null }],
  ])('is refused when the project %s', async (_, project) => {
    Object.assign(rig.project, project);
    expect(await outcome(rig.platform().prepare(asking(CONFIG, given())))).toMatchObject({
      code: 'refused',
    });
  });

  it('is refused while something is being built', async () => {
    rig.project.deployments.push({ uid: 'dpl_9', created: +SINCE, state: 'BUILDING', meta: {} });
    expect(await outcome(rig.platform().prepare(asking(CONFIG, given())))).toMatchObject({
      code: 'refused',
      message: expect.stringContaining('in progress'),
    });
  });
});

/** Change the variable that nobody may read. */
function sensitive(project: VercelProject, change: object): void {
  project.envs = project.envs.map((env) =>
    env.key === 'SESSION_KEY' ? { ...env, ...change } : env,
  );
}
