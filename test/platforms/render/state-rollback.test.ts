import { describe, expect, it } from 'vitest';
import type { ActionRequest, LedgerState, Prepared } from '../../../lib/platforms/platform.js';
import { asking, DEPLOYS, ENV, KNOWN, PLANTED, RenderRig } from '../../support/render/rig.js';
import { outcome, stored } from '../../support/vendor/outcome.js';
import { SINCE } from '../../support/vendor/rig.js';

const rig = new RenderRig();
const STATE = { name: 'rollback', rollback_type: 'previous_state' } as const;
const GOOD: LedgerState = { ...KNOWN, deploymentId: 'dep-1', version: 'commit-1', instances: 3 };
const prepare = (given: Partial<ActionRequest> = { known: [GOOD] }) => rig.prepare(STATE, given);
const act = (prepared: Prepared) => rig.platform().act(asking(STATE), prepared);
const report = (prepared: Prepared) => rig.platform().report(asking(STATE), prepared, SINCE);
const GOOD_ENV = Object.entries(GOOD.config ?? {}).map(([key, value]) => ({ key, value }));
const live = () => rig.service().deploys.find(({ status }) => status === 'live');

describe('renderPlatform, rolling the whole state back', () => {
  it('puts variables, deployment and instances back, in this order', async () => {
    const prepared = await prepare();
    expect(prepared).toMatchObject({
      before: { deploy_id: 'dep-4', instances: 2, config: { DATABASE_URL: '***', POOL: null } },
      after: { deploy_id: 'dep-1', instances: 3, proven: true, config: { POOL: '***' } },
      inverse: { ...STATE, to: 'dep-4' },
    });
    const { secret: _, ...plain } = prepared;
    expect(JSON.stringify([plain, await act(prepared)])).not.toContain(PLANTED);
    expect(await report(prepared)).toMatchObject({
      kind: 'done',
      result: { success: true, rollback_type: 'previous_state', instances: 3, auto_deploy: 'off' },
    });
    expect(await report(prepared)).toMatchObject({ kind: 'done' });
    expect(rig.server.effects).toEqual([
      'update-env-vars-for-service',
      'rollback-deploy',
      'update-service',
      'scale-service',
    ]);
    expect(rig.service()).toMatchObject({ envVars: GOOD_ENV, autoDeploy: 'no' });
    expect(rig.service().instances).toHaveLength(3);
    expect(live()).toMatchObject({ commit: { id: 'commit-1' } });
  });

  it('changes nothing by its report while everything is paused, and makes up for it then', async () => {
    const prepared = await prepare();
    await act(prepared);
    Object.assign(rig.service(), { autoDeploy: 'yes', autoDeployTrigger: 'commit' });
    const effects = [...rig.server.effects];
    const paused = asking(STATE, { paused: true });
    const ask = () => rig.platform().report(paused, prepared, SINCE);
    expect(await ask()).toEqual({ kind: 'pending' });
    Object.assign(rig.service(), { autoDeploy: 'no', autoDeployTrigger: 'off' });
    expect(await ask()).toEqual({ kind: 'pending' });
    expect(rig.server.effects).toEqual(effects);
    expect(await report(prepared)).toMatchObject({ kind: 'done', result: { instances: 3 } });
    expect(await ask()).toMatchObject({ kind: 'done', result: { instances: 3 } });
    expect(rig.server.effects).toEqual([...effects, 'scale-service']);
  });

  it('is undone by its inverse: everything is as it was', async () => {
    const before = structuredClone(rig.service());
    const prepared = await prepare();
    await act(prepared);
    await report(prepared);
    if (prepared.inverse === null) throw new Error('it has an inverse');
    const known = [GOOD, { ...KNOWN, standing: 'bad' as const }];
    const undo = asking(prepared.inverse, { byPerson: true, undoes: prepared, known });
    const back = stored(await rig.platform().prepare(undo));
    await rig.platform().act(undo, back);
    expect(await rig.platform().report(undo, back, SINCE)).toMatchObject({ kind: 'done' });
    const { deploys: _, instances: __, ...same } = before;
    expect(rig.service()).toMatchObject(same);
    expect(rig.service().instances).toHaveLength(2);
    expect(live()).toMatchObject({ commit: { id: 'commit-4' }, artifactId: 'art-4' });
  });

  it.each([
    ['nothing is known', { known: [] }, 'the ledger knows nothing'],
    ['none is proven', { known: [{ ...GOOD, standing: 'unproven' as const }] }, 'knows nothing'],
    ['its configuration was never seen', { known: [{ ...GOOD, config: null }] }, 'never seen'],
    [
      'its number of instances is not known',
      { known: [{ ...GOOD, instances: null }] },
      'not known',
    ],
  ])('is refused when %s', async (_, given, why) => {
    expect(await outcome(prepare(given))).toMatchObject({
      code: 'refused',
      message: expect.stringContaining(why),
    });
    expect(rig.server.effects).toEqual([]);
  });

  it('is refused when autoscaling has taken over', async () => {
    await rig.restartWith({ autoscaling: true });
    expect(await outcome(prepare())).toMatchObject({
      code: 'refused',
      message: expect.stringContaining('autoscaling is on'),
    });
  });

  it('puts the variables back when the rollback is refused for good', async () => {
    const prepared = await prepare();
    rig.server.answerNext('rollback-deploy', { status: 404 });
    expect(await outcome(act(prepared))).toMatchObject({ code: 'refused' });
    expect(rig.service()).toMatchObject({ envVars: ENV, deploys: DEPLOYS });
  });

  it.each([
    ['update-env-vars-for-service', true],
    ['update-env-vars-for-service', false],
    ['rollback-deploy', true],
    ['rollback-deploy', false],
  ] as const)(
    'ends in one rollback when the answer of %s is lost (done: %s)',
    async (lost, effect) => {
      const prepared = await prepare();
      rig.server.answerNext(lost, { ending: 'drop', effect });
      expect(await outcome(act(prepared))).toMatchObject({ code: 'upstream_unavailable' });
      rig.now = new Date(SINCE.getTime() + 20_000);
      const looked = await rig.platform().look(asking(STATE), prepared, SINCE);
      if (looked.kind !== 'done') await act(prepared);
      expect(rig.server.effects.filter((one) => one === 'rollback-deploy')).toHaveLength(1);
      expect(await report(prepared)).toMatchObject({ kind: 'done' });
      expect(rig.service().envVars).toEqual(GOOD_ENV);
      expect(rig.service().instances).toHaveLength(3);
    },
  );

  it('says so when the number of instances cannot be put back in the end', async () => {
    const prepared = await prepare();
    await act(prepared);
    rig.server.answerNext('scale-service', { status: 400 });
    expect(await report(prepared)).toMatchObject({
      kind: 'failed',
      why: expect.stringContaining('the number of instances is not'),
    });
  });
});
