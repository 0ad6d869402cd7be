import { describe, expect, it } from 'vitest';
import { asking, RenderRig } from '../../support/render/rig.js';
import { outcome } from '../../support/vendor/outcome.js';
import { ROLLBACK, SINCE } from '../../support/vendor/rig.js';

const rig = new RenderRig();

describe('rollback, and auto-deploy', () => {
  it('leaves auto-deploy alone where it is off', async () => {
    await rig.restartWith({ autoDeploy: 'no', autoDeployTrigger: 'off' });
    const prepared = await rig.prepare(ROLLBACK);
    expect(prepared.before).toMatchObject({ auto_deploy: 'no', auto_deploy_trigger: 'off' });
    const told = { success: true, auto_deploy: 'off' };
    expect(await rig.platform().act(asking(ROLLBACK), prepared)).toMatchObject(told);
    expect(await rig.platform().report(asking(ROLLBACK), prepared, SINCE)).toMatchObject({
      kind: 'done',
      result: told,
    });
    expect(rig.server.effects).toEqual(['rollback-deploy']);
  });

  it.each([
    ['no', 'commit', 'yes'],
    ['no', 'checksPass', 'yes'],
    ['no', undefined, 'no'],
    ['yes', undefined, 'yes'],
    ['yes', 'off', 'yes'],
  ] as const)(
    'takes auto-deploy %s with the trigger %s for %s',
    async (autoDeploy, trigger, on) => {
      await rig.restartWith({ autoDeploy });
      const service = rig.server.state.get('srv-1');
      if (service !== undefined) {
        if (trigger === undefined) delete service.autoDeployTrigger;
        else service.autoDeployTrigger = trigger;
      }
      expect((await rig.prepare(ROLLBACK)).before).toMatchObject({ auto_deploy: on });
    },
  );

  it('says so when auto-deploy stays on although it was switched off', async () => {
    const prepared = await rig.prepare(ROLLBACK);
    rig.server.answerNext('update-service', { status: 200, effect: false, body: {} });
    expect(await rig.platform().act(asking(ROLLBACK), prepared)).toMatchObject({
      success: true,
      auto_deploy: 'still on',
      auto_deploy_why: 'Render shows it on',
    });
  });

  it.each(['drop', 'hang'] as const)(
    'counts the rollback when the call to switch auto-deploy off ends with %s',
    async (ending) => {
      const prepared = await rig.prepare(ROLLBACK);
      rig.server.answerNext('update-service', { ending });
      expect(await rig.platform({ timeoutMs: 300 }).act(asking(ROLLBACK), prepared)).toMatchObject({
        success: true,
        auto_deploy: 'still on',
      });
      expect(rig.server.effects).toContain('rollback-deploy');
    },
  );

  it('makes up for an auto-deploy that was left on, once, when it reports', async () => {
    const request = asking(ROLLBACK);
    const prepared = await rig.prepare(ROLLBACK);
    rig.server.answerNext('rollback-deploy', { ending: 'drop', effect: true });
    expect(await outcome(rig.platform().act(request, prepared))).toMatchObject({
      code: 'upstream_unavailable',
    });
    expect(await rig.platform().look(request, prepared, SINCE)).toMatchObject({
      kind: 'done',
      result: { auto_deploy: 'still on', auto_deploy_why: 'Render shows it on' },
    });
    expect(rig.server.effects).toEqual(['rollback-deploy']);
    for (let time = 0; time < 2; time += 1) {
      expect(await rig.platform().report(request, prepared, SINCE)).toMatchObject({
        kind: 'done',
        result: { success: true, auto_deploy: 'off' },
      });
    }
    expect(rig.server.effects).toEqual(['rollback-deploy', 'update-service']);
  });
});
