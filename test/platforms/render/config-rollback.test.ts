import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Action } from '../../../lib/domain/decide/action.js';
import type { ActionRequest, Prepared } from '../../../lib/platforms/platform.js';
import { asking, CONFIG, ENV, KNOWN, PLANTED, RenderRig } from '../../support/render/rig.js';
import { renderDeploy } from '../../support/render/service.js';
import { outcome, stored } from '../../support/vendor/outcome.js';
import { SINCE } from '../../support/vendor/rig.js';

const rig = new RenderRig();
const GIVEN = { known: [KNOWN] };
const prepare = (action: Action = CONFIG, given: Partial<ActionRequest> = GIVEN) =>
  rig.prepare(action, given);
const act = (prepared: Prepared) => rig.platform().act(asking(CONFIG), prepared);
const env = () => rig.service().envVars;
const PROVEN = Object.entries(KNOWN.config ?? {}).map(([key, value]) => ({ key, value }));
const live = () => rig.service().deploys.find(({ status }) => status === 'live');

describe('renderPlatform, rolling the configuration back', () => {
  it('puts the proven variables back, deploys the last build, and reports it live', async () => {
    await rig.restartWith({}, 'by_hand');
    const prepared = await prepare();
    const acted = await act(prepared);
    const contract = {
      success: true,
      component: 'shop',
      rollback_type: 'config',
      from_state: {
        deploy_id: 'dep-4',
        commit: 'commit-4',
        config: { DATABASE_URL: '***', POOL: null },
      },
      to_state: {
        commit: 'commit-4',
        config_of: 'dep-4',
        proven: true,
        healthy_minutes: 90,
        config: { DATABASE_URL: '***', POOL: '***' },
      },
      deploy_id: 'dep-new1',
    };
    expect(acted).toMatchObject(contract);
    expect(rig.server.effects).toEqual(['update-env-vars-for-service', 'create-deploy']);
    expect(rig.server.calls.at(-1)).toMatchObject({
      path: '/v1/services/srv-1/deploys',
      body: { deployMode: 'deploy_only' },
    });
    expect(env()).toEqual(PROVEN);
    const report = () => rig.platform().report(asking(CONFIG), prepared, SINCE, acted);
    expect(await report()).toEqual({ kind: 'pending' });
    rig.server.finishDeploy('srv-1', 'live');
    expect(await report()).toMatchObject({
      kind: 'done',
      result: { ...contract, deploy_status: 'live' },
      endedAt: expect.any(Date),
    });
    expect(live()).toMatchObject({ commit: { id: 'commit-4' }, env: PROVEN });
  });

  it('shows no value in what is stored in plain, or answered', async () => {
    const prepared = await prepare();
    const { secret, ...plain } = prepared;
    expect(JSON.stringify(secret)).toContain(PLANTED);
    const shown = [plain, await act(prepared), rig.platform().describe(asking(CONFIG))];
    const reported = await rig.platform().report(asking(CONFIG), prepared, SINCE);
    expect(inspect([...shown, reported], { depth: 9 })).not.toContain(PLANTED);
  });

  it('is undone by its inverse, to the very variables that there were', async () => {
    const prepared = await prepare();
    await act(prepared);
    if (prepared.inverse === null) throw new Error('it has an inverse');
    const undo = asking(prepared.inverse, { byPerson: true, undoes: prepared });
    const back = stored(await rig.platform().prepare(undo));
    await rig.platform().act(undo, back);
    expect(env()).toEqual(ENV);
    expect(live()).toMatchObject({ commit: { id: 'commit-4' }, env: ENV });
    expect(rig.service().instances).toHaveLength(2);
    expect(await rig.platform().report(undo, back, SINCE)).toMatchObject({ kind: 'done' });
  });

  it('is not undone over what somebody has changed since', async () => {
    const prepared = await prepare();
    await act(prepared);
    rig.service().envVars = [{ key: 'PORT', value: '1' }];
    if (prepared.inverse === null) throw new Error('it has an inverse');
    const undo = asking(prepared.inverse, { byPerson: true, undoes: prepared });
    expect(await outcome(rig.platform().prepare(undo))).toMatchObject({
      code: 'refused',
      message: expect.stringContaining('does not stand any more'),
    });
  });

  it('reads all pages of the variables', async () => {
    const many = Array.from({ length: 250 }, (_, i) => ({ key: `V_${i}`, value: String(i) }));
    await rig.restartWith({ envVars: many });
    const prepared = await prepare();
    expect(prepared.secret?.['before']).toEqual(
      Object.fromEntries(many.map(({ key, value }) => [key, value])),
    );
    rig.service().envVars = Array.from({ length: 1000 }, (_, i) => ({ key: `V_${i}`, value: '' }));
    expect(await outcome(prepare())).toMatchObject({ code: 'upstream_refused' });
  });

  it.each([
    ['nothing is known', { known: [] }, CONFIG],
    ['none is proven', { known: [{ ...KNOWN, standing: 'unproven' as const }] }, CONFIG],
    ['the proven one is bad', { known: [{ ...KNOWN, standing: 'bad' as const }] }, CONFIG],
    ['its configuration was never seen', { known: [{ ...KNOWN, config: null }] }, CONFIG],
    [
      'the proven one of another version would take a variable away',
      { known: [{ ...KNOWN, version: 'commit-2', config: { PORT: '1' } }] },
      CONFIG,
    ],
    ['the one that is named is unknown', GIVEN, { ...CONFIG, to: 'dep-9' }],
    [
      'a person names a bad one',
      { byPerson: true, known: [{ ...KNOWN, standing: 'bad' as const }] },
      { ...CONFIG, to: 'dep-4' },
    ],
  ])('is refused when %s', async (_, given, action) => {
    expect(await outcome(prepare(action, given))).toMatchObject({ code: 'refused' });
    expect(rig.server.effects).toEqual([]);
  });

  it('goes to one that is not proven for a person who names it, and says so', async () => {
    const given = { byPerson: true, known: [{ ...KNOWN, standing: 'unproven' as const }] };
    const prepared = await prepare({ ...CONFIG, to: 'dep-4' }, given);
    expect(prepared.after).toMatchObject({ proven: false });
  });

  it.each([
    ['is a rollback', [renderDeploy(4, 'live', { trigger: 'rollback' })]],
    ['is in progress', [renderDeploy(4, 'live'), renderDeploy(5, 'build_in_progress')]],
    ['is not the last build', [renderDeploy(4, 'live'), renderDeploy(5, 'update_failed')]],
    ['is none', []],
  ])('is refused when the live deploy %s', async (_, deploys) => {
    await rig.restartWith({ deploys });
    expect(await outcome(prepare())).toMatchObject({ code: 'refused' });
  });

  it('puts the variables back when the deploy is refused for good', async () => {
    const prepared = await prepare();
    rig.server.answerNext('create-deploy', { status: 400 });
    expect(await outcome(act(prepared))).toMatchObject({ code: 'upstream_refused' });
    expect(env()).toEqual(ENV);
  });

  it('does not replace variables that somebody has changed since', async () => {
    const prepared = await prepare();
    rig.service().envVars = [{ key: 'PORT', value: '1' }];
    expect(await outcome(act(prepared))).toMatchObject({ code: 'refused' });
    expect(rig.server.effects).toEqual([]);
  });

  it.each([
    ['update-env-vars-for-service', true],
    ['update-env-vars-for-service', false],
    ['create-deploy', true],
    ['create-deploy', false],
  ] as const)(
    'ends in one deploy when the answer of %s is lost (done: %s)',
    async (lost, effect) => {
      const prepared = await prepare();
      rig.server.answerNext(lost, { ending: 'drop', effect });
      expect(await outcome(act(prepared))).toMatchObject({ code: 'upstream_unavailable' });
      rig.now = new Date(SINCE.getTime() + 20_000);
      const looked = await rig.platform().look(asking(CONFIG), prepared, SINCE);
      const deployed = lost === 'create-deploy' && effect;
      const isHalf = !deployed && (lost === 'create-deploy' || effect);
      expect(looked.kind).toBe(deployed ? 'done' : isHalf ? 'partly' : 'not_done');
      if (!deployed) await act(prepared);
      expect(rig.server.effects.filter((one) => one === 'create-deploy')).toHaveLength(1);
      expect(env()).toEqual(PROVEN);
      expect(live()).toMatchObject({ env: PROVEN });
    },
  );

  it('cannot tell when the variables are neither the old nor the new ones', async () => {
    const prepared = await prepare();
    rig.service().envVars = [];
    expect(await rig.platform().look(asking(CONFIG), prepared, SINCE)).toMatchObject({
      kind: 'unknown',
    });
  });

  it('does nothing without what was stored', async () => {
    const { before, after, inverse } = await prepare();
    for (const none of [
      { before: {}, after: null, inverse: null },
      { before, after, inverse },
    ]) {
      expect(await outcome(act(none))).toMatchObject({ code: 'refused' });
    }
    expect(rig.server.effects).toEqual([]);
  });
});
