import { describe, expect, it } from 'vitest';
import { RenderPostgresRef } from '../../lib/domain/platform-refs/render-postgres.js';
import {
  asking,
  FAIL_OVER,
  RESTART,
  RenderPostgresRig,
  TARGET,
} from '../support/render-postgres/rig.js';
import { outcome } from '../support/vendor/outcome.js';

const rig = new RenderPostgresRig();
const API = 'https://api.render.com/v1';

const check = (target = TARGET) =>
  outcome(rig.platform().check?.(target, 'shop') ?? Promise.reject());

describe('renderPostgresPlatform', () => {
  it('tells the calls, and makes none', () => {
    const api = rig.platform({ baseUrl: API });
    expect([...api.describe(asking(RESTART)), ...api.describe(asking(FAIL_OVER))]).toEqual([
      `POST ${API}/postgres/dpg-1/restart`,
      `POST ${API}/postgres/dpg-1/failover`,
    ]);
    expect(api).toMatchObject({ name: 'render_postgres', actions: ['restart', 'fail_over'] });
    expect(rig.server.calls).toEqual([]);
  });

  it.each([
    ['an action that it has not', asking({ name: 'reset_database' }), 'cannot reset_database'],
    ['one of several copies', asking({ ...RESTART, instance: 'a' }), 'leave the instance out'],
    [
      'another platform',
      asking(RESTART, { target: { type: 'agent' } }),
      'is no database at Render',
    ],
  ])('refuses %s', async (_, request, why) => {
    expect(await outcome(rig.platform().prepare(request))).toMatchObject({
      code: 'refused',
      message: expect.stringContaining(why),
    });
  });

  it.each([['not json'], [{ id: 'dpg-1' }]])(
    'prepares nothing on the database %j',
    async (body) => {
      rig.server.answerNext('retrieve-postgres', { body });
      expect(await outcome(rig.platform().prepare(asking(RESTART)))).toMatchObject({
        code: 'upstream_refused',
        message: expect.stringContaining('answered in an unknown shape'),
      });
    },
  );

  it('is registered where the database is as it is configured', async () => {
    expect(await check()).toBeUndefined();
    await rig.restartWith({ highAvailabilityEnabled: false });
    expect(await check(RenderPostgresRef.parse({ ...TARGET, high_availability: false }))).toBe(
      undefined,
    );
    expect(rig.effects()).toEqual([]);
  });

  it.each([
    [
      'high availability is off',
      { highAvailabilityEnabled: false },
      'it is off for dpg-1 at Render',
    ],
    ['it is a replica', { role: 'replica' }, 'dpg-1 is a replica, and has no standby'],
  ] as const)('is not registered as highly available where %s', async (_, given, why) => {
    await rig.restartWith(given);
    expect(await check()).toMatchObject({ code: 'invalid', message: expect.stringContaining(why) });
  });

  it('is not registered where there is no such database, or the key may not see it', async () => {
    expect(await check({ ...TARGET, postgres_id: 'dpg-2' })).toMatchObject({
      code: 'invalid',
      message: 'Render: GET /postgres/dpg-2 answered 404: the target is gone',
    });
    expect(await check({ ...TARGET, credential: 'RENDER_OTHER' })).toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('RENDER_OTHER is not set'),
    });
    rig.server.answerNext('retrieve-postgres', { status: 401 });
    expect(await check()).toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('the credential in RENDER_API_KEY was refused'),
    });
    rig.server.answerNext('retrieve-postgres', { status: 503 });
    expect(await check()).toMatchObject({ code: 'upstream_unavailable' });
  });
});
