import { describe, expect, it } from 'vitest';
import type { Prepared } from '../../../lib/platforms/platform.js';
import { asking, RESTART, RenderRig } from '../../support/render/rig.js';
import type { RenderService } from '../../support/render/service.js';
import { outcome } from '../../support/vendor/outcome.js';
import { SINCE } from '../../support/vendor/rig.js';

const rig = new RenderRig();

describe('renderPlatform prepare, of a restart', () => {
  it('keeps the instances that run, and changes nothing', async () => {
    expect(await rig.prepare(RESTART)).toEqual({
      before: {
        instances: [
          { id: 'srv-1-a', createdAt: '2026-03-01T00:00:00.000Z' },
          { id: 'srv-1-b', createdAt: '2026-03-01T00:00:00.000Z' },
        ],
      },
      after: null,
      inverse: null,
    });
    expect(rig.operations()).toEqual(['retrieve-service', 'list-instances']);
  });

  it.each(['web_service', 'private_service', 'background_worker'])('takes a %s', async (type) => {
    await rig.restartWith({ type });
    expect(await rig.prepare(RESTART)).toMatchObject({ inverse: null });
  });

  it.each([
    [{ type: 'cron_job' }, 'Render cannot restart a cron_job'],
    [{ type: 'static_site' }, 'Render cannot restart a static_site'],
    [{ suspended: 'suspended' }, 'the service is suspended: resume it first'],
    [
      { suspended: 'suspended', suspenders: ['stuck_crashlooping', 'billing'] },
      'the service is suspended by stuck_crashlooping, billing: resume it first',
    ],
  ] as const)('refuses %j', async (service, why) => {
    await rig.restartWith(structuredClone(service) as Partial<RenderService>);
    expect(await outcome(rig.platform().prepare(asking(RESTART)))).toMatchObject({
      code: 'refused',
      message: `shop (srv-1): ${why}`,
    });
  });

  it('refuses a service that is gone', async () => {
    rig.server.state.clear();
    expect(await outcome(rig.platform().prepare(asking(RESTART)))).toMatchObject({
      code: 'refused',
      message: 'Render: GET /services/srv-1 answered 404: the target is gone',
    });
  });
});

describe('renderPlatform, restarting', () => {
  it('refuses to restart one copy alone: all would be restarted', async () => {
    const one = asking({ name: 'restart', instance: 'srv-1-a' });
    expect(await outcome(rig.platform().prepare(one))).toMatchObject({
      code: 'refused',
      message: expect.stringContaining('Render acts on all copies, not on srv-1-a alone'),
    });
    expect(rig.server.calls).toEqual([]);
  });

  it('restarts once, and reports it when every instance is new', async () => {
    const request = asking(RESTART);
    const prepared = await rig.prepare(RESTART);
    expect(await rig.platform().report(request, prepared, SINCE)).toEqual({ kind: 'pending' });
    expect(await rig.platform().act(request, prepared)).toEqual({
      success: true,
      service_id: 'srv-1',
      component: 'shop',
      status_code: 200,
      message: 'Render accepted the restart',
    });
    expect(rig.server.calls.at(-1)).toEqual({
      operation: 'restart-service',
      method: 'POST',
      path: '/v1/services/srv-1/restart',
      query: {},
      body: undefined,
    });
    expect(rig.server.effects).toEqual(['restart-service']);
    const fresh = rig.server.state.get('srv-1')?.instances.map(({ id }) => id);
    expect(await rig.platform().report(request, prepared, SINCE)).toEqual({
      kind: 'done',
      result: {
        success: true,
        service_id: 'srv-1',
        component: 'shop',
        message: 'restarted: 2 of 2 instances are new',
        instances: fresh,
      },
      endedAt: expect.any(Date),
    });
  });

  const A = { id: 'srv-1-a', createdAt: '2026-03-01T00:00:00Z' };
  const B = { id: 'srv-1-b', createdAt: '2026-03-01T00:00:00Z' };
  const C = { id: 'srv-1-c', createdAt: '2026-03-02T00:00:05Z' };
  const D = { id: 'srv-1-d', createdAt: '2026-03-02T00:00:06Z' };
  it.each([
    ['all old', [A, B], 10, 'unknown', 'pending'],
    ['all old for long', [A, B], 20, 'not_done', 'pending'],
    ['one new, one old', [A, C], 10, 'done', 'pending'],
    ['all new', [C, D], 10, 'done', 'done'],
    ['fewer, all new', [C], 10, 'done', 'done'],
    ['none', [], 10, 'unknown', 'pending'],
    ['none for long', [], 20, 'not_done', 'pending'],
    [
      'the same names, made anew',
      [
        { ...A, createdAt: C.createdAt },
        { ...B, createdAt: D.createdAt },
      ],
      10,
      'done',
      'done',
    ],
    [
      'other names, by a clock far behind',
      [
        { ...C, createdAt: '2026-03-01T23:59:00Z' },
        { ...D, createdAt: '2026-03-01T23:59:00Z' },
      ],
      10,
      'done',
      'done',
    ],
  ])('with instances %s: looks and reports so', async (_, instances, afterS, looked, reported) => {
    const prepared = await rig.prepare(RESTART);
    const service = rig.server.state.get('srv-1');
    if (service !== undefined) service.instances = instances;
    rig.now = new Date(SINCE.getTime() + afterS * 1000);
    const request = asking(RESTART);
    expect((await rig.platform().look(request, prepared, SINCE)).kind).toBe(looked);
    expect((await rig.platform().report(request, prepared, SINCE)).kind).toBe(reported);
  });

  it('waits for a late effect of the last call, not of the first', async () => {
    const prepared = await rig.prepare(RESTART);
    rig.now = new Date(SINCE.getTime() + 60_000);
    const looked = async (calledS: number) =>
      rig
        .platform()
        .look(asking(RESTART), prepared, SINCE, new Date(SINCE.getTime() + calledS * 1000));
    expect((await looked(41)).kind).toBe('unknown');
    expect((await looked(40)).kind).toBe('not_done');
  });

  it.each([
    ['2026-03-01T23:59:58.000Z', 'done'],
    ['2026-03-01T23:59:57.999Z', 'unknown'],
  ])('goes by the clock alone when nothing was stored: %s is %s', async (createdAt, looked) => {
    const service = rig.server.state.get('srv-1');
    if (service !== undefined) service.instances = [{ id: 'x', createdAt }];
    const none: Prepared = { before: {}, after: null, inverse: null };
    expect((await rig.platform().look(asking(RESTART), none, SINCE)).kind).toBe(looked);
  });

  it.each([
    [{ ending: 'drop', effect: true }, 'done', 1],
    [{ ending: 'cut', effect: true, body: 'half' }, 'accepted', 1],
    [{ ending: 'drop' }, 'not_done', 0],
    [{ status: 503, effect: true }, 'done', 1],
    [{ status: 503 }, 'not_done', 0],
  ] as const)('with the answer %j: finds it %s', async (answer, found, effects) => {
    const request = asking(RESTART);
    const prepared = await rig.prepare(RESTART);
    rig.server.answerNext('restart-service', answer);
    const acted = await outcome(rig.platform().act(request, prepared));
    // The status came before the connection broke, and says all.
    if (found === 'accepted') expect(acted).toMatchObject({ success: true, status_code: 200 });
    else expect(acted).toMatchObject({ code: 'upstream_unavailable' });
    rig.now = new Date(SINCE.getTime() + 20_000);
    const looked = await rig.platform().look(request, prepared, SINCE);
    expect(looked.kind).toBe(effects === 1 ? 'done' : 'not_done');
    if (looked.kind === 'done') {
      expect(looked.result).toEqual({
        success: true,
        service_id: 'srv-1',
        component: 'shop',
        status_code: null,
        message: 'the answer was lost; new instances show that Render restarted it',
      });
    }
    expect(rig.server.effects).toHaveLength(effects);
  });

  it('gives up waiting for an answer, after which it can look', async () => {
    const request = asking(RESTART);
    const prepared = await rig.prepare(RESTART);
    rig.server.answerNext('restart-service', { ending: 'hang' });
    expect(await outcome(rig.platform({ timeoutMs: 200 }).act(request, prepared))).toMatchObject({
      code: 'upstream_unavailable',
      message: 'Render: POST /services/srv-1/restart did not answer within 200 ms',
    });
    expect((await rig.platform().look(request, prepared, SINCE)).kind).toBe('done');
  });
});
