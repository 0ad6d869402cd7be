import { describe, expect, it } from 'vitest';
import type { Action } from '../../../lib/domain/decide/action.js';
import { AFTER, asking, BEFORE, DEPLOYS, RenderRig } from '../../support/render/rig.js';
import { type RenderService, renderDeploy } from '../../support/render/service.js';
import { outcome } from '../../support/vendor/outcome.js';
import { ROLLBACK } from '../../support/vendor/rig.js';

const rig = new RenderRig();

describe('renderPlatform prepare, of a rollback', () => {
  it('fixes both ends and the way back, and changes nothing', async () => {
    expect(await rig.prepare(ROLLBACK)).toEqual({
      before: BEFORE,
      after: AFTER,
      inverse: { name: 'rollback', rollback_type: 'deployment', to: 'dep-4' },
    });
    expect(rig.operations()).toEqual(['retrieve-service', 'list-deploys']);
  });

  it('goes where it is told', async () => {
    expect(await rig.prepare({ ...ROLLBACK, to: 'dep-1' })).toMatchObject({
      after: { deploy_id: 'dep-1', commit: 'commit-1' },
    });
  });

  it.each<[string, Action, Partial<RenderService>, string]>([
    [
      'to what was never live',
      { ...ROLLBACK, to: 'dep-3' },
      {},
      'deploy dep-3 was never live (build_failed)',
    ],
    [
      'of the configuration',
      { ...ROLLBACK, rollback_type: 'config' },
      {},
      'the ledger knows no other configuration that is proven and fits what is live',
    ],
    [
      'of a suspended service',
      ROLLBACK,
      { suspended: 'suspended', suspenders: ['user'] },
      'the service is suspended by user: resume it first',
    ],
    [
      'while a deploy is in progress',
      ROLLBACK,
      { deploys: [...DEPLOYS, renderDeploy(5, 'build_in_progress')] },
      'deploy dep-5 is in progress (build_in_progress): wait for its end',
    ],
    [
      'of a rollback',
      ROLLBACK,
      { deploys: [renderDeploy(1), renderDeploy(2, 'live', { trigger: 'rollback' })] },
      'the live deploy dep-2 is itself a rollback: only a person may go further',
    ],
    [
      'with nothing to return to',
      ROLLBACK,
      { deploys: [renderDeploy(1, 'live')] },
      'none of the newest 1 deploys was live with another, good version',
    ],
  ])('refuses one %s', async (_, action, service, why) => {
    await rig.restartWith(service);
    expect(await outcome(rig.platform().prepare(asking(action)))).toMatchObject({
      code: 'refused',
      message: `shop (srv-1): ${why}`,
    });
  });

  const failed = (count: number) =>
    Array.from({ length: count }, (_, index) => renderDeploy(10 + index, 'build_failed'));
  it.each([
    [0, 1],
    [95, 1],
    [96, 2],
    [195, 2],
    [196, 3],
    [296, 3],
  ])('finds its target beyond %i failed deploys, in %i pages', async (count, pages) => {
    await rig.restartWith({
      deploys: [
        ...DEPLOYS.slice(1, 2),
        ...failed(count),
        renderDeploy(900, 'live'),
        renderDeploy(901, 'canceled'),
        renderDeploy(902, 'canceled'),
      ],
    });
    expect(await rig.prepare(ROLLBACK)).toMatchObject({
      before: { deploy_id: 'dep-900' },
      after: { deploy_id: 'dep-2' },
    });
    const listed = rig.server.calls.filter(({ operation }) => operation === 'list-deploys');
    expect(listed).toHaveLength(pages);
    expect(listed.map(({ query }) => query['limit'])).toEqual(listed.map(() => '100'));
    expect(new Set(listed.map(({ query }) => query['cursor'])).size).toBe(pages);
  });

  it('reads no more than three pages', async () => {
    await rig.restartWith({
      deploys: [...DEPLOYS.slice(0, 2), ...failed(400), renderDeploy(900, 'live')],
    });
    expect(await outcome(rig.platform().prepare(asking(ROLLBACK)))).toMatchObject({
      code: 'refused',
      message: expect.stringContaining('none of the newest 300 deploys'),
    });
    expect(rig.operations()).toHaveLength(4);
  });
});
