import { describe, expect, it } from 'vitest';
import type { Prepared } from '../../../lib/platforms/platform.js';
import { AFTER, asking, BEFORE, RenderRig } from '../../support/render/rig.js';
import { renderDeploy } from '../../support/render/service.js';
import { outcome, stored } from '../../support/vendor/outcome.js';
import { ROLLBACK, SINCE } from '../../support/vendor/rig.js';

const rig = new RenderRig();

describe('renderPlatform, rolling back', () => {
  it('rolls back, switches auto-deploy off, reads it back, and reports the live deploy', async () => {
    await rig.restartWith({}, 'by_hand');
    const request = asking(ROLLBACK);
    const prepared = await rig.prepare(ROLLBACK);
    expect(await rig.platform().report(request, prepared, SINCE)).toEqual({ kind: 'pending' });
    const acted = await rig.platform().act(request, prepared);
    const contract = {
      success: true,
      component: 'shop',
      rollback_type: 'deployment',
      from_state: BEFORE,
      to_state: AFTER,
    };
    expect(acted).toEqual({ ...contract, deploy_id: 'dep-new1', auto_deploy: 'off' });
    expect(
      rig.server.calls.slice(-3).map(({ method, path, body }) => ({ method, path, body })),
    ).toEqual([
      { method: 'POST', path: '/v1/services/srv-1/rollback', body: { deployId: 'dep-2' } },
      { method: 'PATCH', path: '/v1/services/srv-1', body: { autoDeploy: 'no' } },
      { method: 'GET', path: '/v1/services/srv-1', body: undefined },
    ]);
    expect(rig.server.state.get('srv-1')).toMatchObject({
      autoDeploy: 'no',
      autoDeployTrigger: 'off',
    });

    expect(await rig.platform().report(request, prepared, SINCE)).toEqual({ kind: 'pending' });
    rig.server.finishDeploy('srv-1', 'live');
    expect(await rig.platform().report(request, prepared, SINCE)).toEqual({
      kind: 'done',
      result: { ...contract, deploy_id: 'dep-new1', deploy_status: 'live', auto_deploy: 'off' },
      endedAt: expect.any(Date),
    });
    expect(rig.server.effects).toEqual(['rollback-deploy', 'update-service']);
  });

  it.each(['build_failed', 'update_failed', 'pre_deploy_failed', 'canceled'])(
    'reports a deploy that ended %s as failed',
    async (status) => {
      await rig.restartWith({}, 'by_hand');
      const prepared = await rig.prepare(ROLLBACK);
      await rig.platform().act(asking(ROLLBACK), prepared);
      rig.server.finishDeploy('srv-1', status);
      expect(await rig.platform().report(asking(ROLLBACK), prepared, SINCE)).toMatchObject({
        kind: 'failed',
        why: `deploy dep-new1 did not go live: ${status}`,
        result: { success: false, deploy_status: status, auto_deploy: 'off' },
      });
    },
  );

  it('reports a deploy that was live and has been replaced as failed: nobody knows whether it helped', async () => {
    const prepared = await rig.prepare(ROLLBACK);
    await rig.platform().act(asking(ROLLBACK), prepared);
    const service = rig.server.state.get('srv-1');
    for (const deploy of service?.deploys ?? []) {
      if (deploy.status === 'live') deploy.status = 'deactivated';
    }
    service?.deploys.push(renderDeploy(2000, 'live'));
    expect(await rig.platform().report(asking(ROLLBACK), prepared, SINCE)).toMatchObject({
      kind: 'failed',
      why: expect.stringContaining('has been replaced since'),
      result: { success: false, deploy_status: 'deactivated' },
    });
  });

  it('is undone by its inverse', async () => {
    const prepared = await rig.prepare(ROLLBACK);
    await rig.platform().act(asking(ROLLBACK), prepared);
    if (prepared.inverse === null) throw new Error('a rollback has an inverse');
    const undo = asking(prepared.inverse, { byPerson: true, undoes: prepared });
    const back = stored(await rig.platform().prepare(undo));
    expect(back).toMatchObject({
      before: { deploy_id: 'dep-new1', trigger: 'rollback', auto_deploy: 'no' },
      after: { deploy_id: 'dep-4' },
    });
    await rig.platform().act(undo, back);
    expect(rig.server.state.get('srv-1')?.deploys.at(-1)).toMatchObject({
      status: 'live',
      commit: { id: 'commit-4' },
    });
    expect(rig.server.state.get('srv-1')).toMatchObject({ autoDeploy: 'no' });
    const paused = { ...undo, paused: true };
    expect(await rig.platform().report(paused, back, SINCE)).toEqual({ kind: 'pending' });
    expect(rig.server.state.get('srv-1')).toMatchObject({ autoDeploy: 'no' });
    for (const _ of [1, 2]) {
      expect(await rig.platform().report(undo, back, SINCE)).toMatchObject({
        kind: 'done',
        result: { auto_deploy: 'on' },
      });
      expect(rig.server.state.get('srv-1')).toMatchObject({
        autoDeploy: 'yes',
        autoDeployTrigger: 'commit',
      });
    }
  });

  it.each([
    ['live', 'went live meanwhile'],
    ['update_in_progress', 'began meanwhile'],
  ])(
    'does not replace what somebody has deployed since it was looked at: %s',
    async (status, why) => {
      const prepared = await rig.prepare(ROLLBACK);
      const service = rig.server.state.get('srv-1');
      if (status === 'live') {
        for (const deploy of service?.deploys ?? []) {
          if (deploy.status === 'live') deploy.status = 'deactivated';
        }
      }
      service?.deploys.push(renderDeploy(2000, status));
      expect(await outcome(rig.platform().act(asking(ROLLBACK), prepared))).toMatchObject({
        code: 'refused',
        message: expect.stringContaining(why),
      });
      expect(rig.server.effects).toEqual([]);
    },
  );

  it('leaves automatic deploys off after an undo where they were off before', async () => {
    const service = rig.server.state.get('srv-1');
    if (service !== undefined)
      Object.assign(service, { autoDeploy: 'no', autoDeployTrigger: 'off' });
    const prepared = await rig.prepare(ROLLBACK);
    await rig.platform().act(asking(ROLLBACK), prepared);
    if (prepared.inverse === null) throw new Error('a rollback has an inverse');
    const undo = asking(prepared.inverse, { byPerson: true, undoes: prepared });
    const back = await rig.platform().prepare(undo);
    await rig.platform().act(undo, back);
    await rig.platform().report(undo, back, SINCE);
    expect(rig.server.state.get('srv-1')).toMatchObject({ autoDeploy: 'no' });
  });

  it('does nothing without the states that were stored', async () => {
    const none: Prepared = { before: {}, after: null, inverse: null };
    for (const step of [
      rig.platform().act(asking(ROLLBACK), none),
      rig.platform().look(asking(ROLLBACK), none, SINCE),
      rig.platform().report(asking(ROLLBACK), none, SINCE),
    ]) {
      expect(await outcome(step)).toMatchObject({
        code: 'refused',
        message: 'shop (srv-1): the recovery does not say between which deploys: plan it anew',
      });
    }
    expect(rig.server.calls).toEqual([]);
  });
});
