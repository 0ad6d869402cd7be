import { describe, expect, it } from 'vitest';
import { flyMachine } from '../support/fly/machine.js';
import { asking, FlyRig } from '../support/fly/rig.js';
import { flyStatuses, startFlyServer } from '../support/fly-server.js';
import { outcome } from '../support/vendor/outcome.js';
import { ROLLBACK, SINCE } from '../support/vendor/rig.js';

const rig = new FlyRig();
const RESTART = { name: 'restart' } as const;
const SCALE = { name: 'scale', to: 3 } as const;
const API = 'https://api.machines.dev';
const ACTIONS = { restart: RESTART, update: ROLLBACK, create: SCALE } as const;
const LATER = { code: 'upstream_unavailable' };

describe('flyPlatform', () => {
  it('tells the calls, and makes none', () => {
    const api = rig.platform({ baseUrl: API });
    expect([RESTART, ROLLBACK, SCALE].flatMap((action) => api.describe(asking(action)))).toEqual([
      `POST ${API}/v1/apps/shop/machines/{id}/restart (of each machine in turn)`,
      `POST ${API}/v1/apps/shop/machines/{id} (each machine in turn, with the earlier image or variables)`,
      `POST ${API}/v1/apps/shop/machines (or DELETE of machines that were added so)`,
    ]);
    expect(api).toMatchObject({ name: 'fly', actions: ['restart', 'rollback', 'scale'] });
    expect(rig.server.calls).toEqual([]);
  });

  it.each([
    ['an action that it has not', asking({ name: 'reset_database' }), 'cannot reset_database'],
    ['another platform', asking(RESTART, { target: { type: 'agent' } }), 'does not run on Fly.io'],
  ])('refuses %s', async (_, request, why) => {
    expect(await outcome(rig.platform().prepare(request))).toMatchObject({
      code: 'refused',
      message: expect.stringContaining(why),
    });
  });

  it.each([
    ['fm2_abc', 'FlyV1 fm2_abc'],
    ['fm2_abc', 'fm2_abc'],
    ['plain', 'plain'],
    ['plain', 'Bearer plain'],
  ])('proves itself with %s where the variable holds %s', async (token, held) => {
    const server = await startFlyServer({ token, app: 'shop', machines: [flyMachine(1)] });
    const platform = rig.platform({ baseUrl: server.url, credential: () => held });
    expect(await platform.prepare(asking(RESTART))).toMatchObject({
      before: { machines: [{ id: 'm1' }] },
    });
    await server.close();
  });

  it('names the variable whose token Fly.io refuses', async () => {
    const wrong = rig.platform({ credential: () => 'wrong' });
    expect(await outcome(wrong.prepare(asking(RESTART)))).toMatchObject({
      code: 'upstream_refused',
      message:
        'Fly.io: GET /v1/apps/shop/machines answered 401: the credential in FLY_API_TOKEN was refused',
    });
  });

  it.each([
    ['not json'],
    [[{ id: 'm1' }]],
    [{ machines: [] }],
    [[{ ...flyMachine(1), config: undefined }]],
  ])('prepares nothing on the list %j', async (body) => {
    for (const action of [RESTART, ROLLBACK, SCALE]) {
      rig.server.answerNext('list', { body });
      expect(await outcome(rig.platform().prepare(asking(action)))).toMatchObject({
        code: 'upstream_refused',
        message: expect.stringContaining('answered in an unknown shape'),
      });
    }
  });

  it('refuses an app without machines of the group, and one with too many', async () => {
    const other = { ...asking(RESTART).target, process_group: 'worker' };
    expect(
      await outcome(
        rig
          .platform()
          .prepare(asking(RESTART, { target: other as typeof other & { type: 'fly' } })),
      ),
    ).toMatchObject({ message: 'shop (shop): process group worker has no machine' });
    await rig.restartWith({ machines: Array.from({ length: 21 }, (_, i) => flyMachine(i)) });
    expect(await outcome(rig.platform().prepare(asking(RESTART)))).toMatchObject({
      code: 'refused',
      message: expect.stringContaining('21 machines are too many'),
    });
  });
});

describe('flyPlatform, by every documented failure of every operation that changes something', () => {
  it('knows all of them', () => {
    expect([...flyStatuses.keys()].toSorted()).toEqual(
      ['list', 'get', 'versions', 'wait', 'restart', 'start', 'update', 'create', 'destroy']
        .concat(['lease', 'release'])
        .toSorted(),
    );
  });

  it.each(
    (['restart', 'update', 'create'] as const).flatMap((operation) =>
      [
        [400, {}, { code: 'upstream_refused' }],
        [401, {}, { code: 'upstream_refused' }],
        [404, {}, { code: 'refused' }],
        [408, {}, LATER],
        [409, {}, LATER],
        [412, {}, LATER],
        [422, {}, { code: 'upstream_refused' }],
        [429, { 'retry-after': '4' }, { ...LATER, retryAfterS: 4 }],
        [500, {}, LATER],
        [503, { 'retry-after': '9' }, { ...LATER, retryAfterS: 9 }],
      ].map(([status, headers, meant]) => ({ operation, status, headers, meant })),
    ),
  )('does nothing when $operation answers $status, and sees that it did not', async (row) => {
    const { operation, status, headers, meant } = row as {
      operation: keyof typeof ACTIONS;
      status: number;
      headers: Record<string, string>;
      meant: object;
    };
    const request = asking(ACTIONS[operation]);
    const prepared = await rig.prepare(request.action);
    rig.server.answerNext(operation, { status, headers });
    expect(await outcome(rig.platform().act(request, prepared))).toMatchObject(meant);
    rig.now = new Date(SINCE.getTime() + 15_000);
    expect(await rig.platform().look(request, prepared, SINCE)).toEqual({ kind: 'not_done' });
    expect(rig.server.effects).toEqual([]);
    expect(rig.server.leases.size).toBe(0);
  });
});

describe('flyPlatform, telling what is live by every documented failure', () => {
  it.each([
    [400, 'upstream_refused'],
    [401, 'upstream_refused'],
    [404, 'refused'],
    [422, 'upstream_refused'],
    [429, 'upstream_unavailable'],
    [500, 'upstream_unavailable'],
    [503, 'upstream_unavailable'],
  ])('of the list: %i', async (status, code) => {
    rig.server.answerNext('list', { status });
    const told = outcome(Promise.resolve(rig.platform().state?.(asking(ROLLBACK))));
    expect(await told).toMatchObject({ code });
    expect(rig.server.effects).toEqual([]);
  });
});
