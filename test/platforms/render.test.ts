import { describe, expect, it } from 'vitest';
import type { Prepared } from '../../lib/platforms/platform.js';
import { asking, RESTART, RenderRig } from '../support/render/rig.js';
import { outcome } from '../support/vendor/outcome.js';
import { ROLLBACK, SINCE } from '../support/vendor/rig.js';

const rig = new RenderRig();

describe('renderPlatform describe', () => {
  it('tells the calls, and makes none', () => {
    const api = rig.platform({ baseUrl: 'https://api.render.com/v1/' });
    expect(api.describe(asking(RESTART))).toEqual([
      'POST https://api.render.com/v1/services/srv-1/restart',
    ]);
    expect(api.describe(asking(ROLLBACK))).toEqual([
      'POST https://api.render.com/v1/services/srv-1/rollback',
      'PATCH https://api.render.com/v1/services/srv-1 (switches auto-deploy off, where it is on)',
    ]);
    expect(rig.server.calls).toEqual([]);
  });

  it.each([
    [
      'an action that it has not',
      { action: { name: 'fail_over', to: 'eu' } },
      'Render cannot fail_over',
    ],
    ['another platform', { target: { type: 'agent' } }, 'does not run on Render'],
  ] as const)('refuses %s, as every step does', async (_, given, why) => {
    const request = asking(RESTART, given);
    const none: Prepared = { before: null, after: null, inverse: null };
    expect(() => rig.platform().describe(request)).toThrow(why);
    for (const step of [
      rig.platform().prepare(request),
      rig.platform().act(request, none),
      rig.platform().look(request, none, SINCE),
      rig.platform().report(request, none, SINCE),
    ]) {
      expect(await outcome(step)).toMatchObject({
        code: 'refused',
        message: expect.stringContaining(why),
      });
    }
    expect(rig.server.calls).toEqual([]);
  });

  it('has the actions that it can carry out', () => {
    expect(rig.platform()).toMatchObject({
      name: 'render',
      actions: ['restart', 'rollback', 'scale'],
    });
  });
});

describe('renderPlatform, when Render is not what it was', () => {
  it.each([
    ['retrieve-service', RESTART, { id: 'srv-1' }],
    ['retrieve-service', ROLLBACK, { id: 'srv-1' }],
    ['retrieve-service', RESTART, 'not json'],
    ['list-instances', RESTART, { instances: [] }],
    ['list-instances', RESTART, [{ id: 'i', createdAt: 'yesterday' }]],
    ['list-deploys', ROLLBACK, [{ cursor: 'c' }]],
    ['list-deploys', ROLLBACK, [{ deploy: { id: 'dep-1', status: 'live' } }]],
  ])('prepares nothing on an unknown shape of %s', async (operation, action, body) => {
    rig.server.answerNext(operation, { body });
    expect(await outcome(rig.platform().prepare(asking(action)))).toMatchObject({
      code: 'upstream_refused',
      message: expect.stringContaining('answered in an unknown shape'),
    });
  });

  it.each([['not json'], [{ deploy: { id: 'dep-7' } }], [[]]])(
    'counts a rollback that was accepted with the answer %j',
    async (body) => {
      const prepared = await rig.prepare(ROLLBACK);
      rig.server.answerNext('rollback-deploy', { body });
      expect(await rig.platform().act(asking(ROLLBACK), prepared)).toMatchObject({
        success: true,
        deploy_id: null,
        auto_deploy: 'off',
      });
    },
  );

  it.each(['restart-service', 'rollback-deploy'])(
    'follows no redirect of %s',
    async (operation) => {
      const action = operation === 'restart-service' ? RESTART : ROLLBACK;
      const prepared = await rig.prepare(action);
      const location = `${rig.server.url}/services/srv-1/restart`;
      rig.server.answerNext(operation, { status: 307, body: '', headers: { location } });
      expect(await outcome(rig.platform().act(asking(action), prepared))).toMatchObject({
        code: 'upstream_refused',
        message: expect.stringContaining('redirects are not followed'),
      });
      expect(rig.server.effects).toEqual([]);
    },
  );

  it.each([undefined, ''])('calls nobody without a credential (%j)', async (token) => {
    const bare = rig.platform({ credential: () => token });
    expect(await outcome(bare.prepare(asking(RESTART)))).toMatchObject({
      code: 'refused',
      message: 'RENDER_API_KEY is not set: Render cannot be called',
    });
    expect(rig.server.calls).toEqual([]);
  });

  it('names the variable whose credential Render refuses', async () => {
    const wrong = rig.platform({ credential: (name) => `wrong-${name}` });
    const target = { type: 'render', service_id: 'srv-1', credential: 'RENDER_TEAM_KEY' } as const;
    expect(await outcome(wrong.prepare(asking(RESTART, { target })))).toMatchObject({
      code: 'upstream_refused',
      message:
        'Render: GET /services/srv-1 answered 401: the credential in RENDER_TEAM_KEY was refused',
    });
  });

  it('does not call again before a limit is reset', async () => {
    const api = rig.platform();
    const prepared = await rig.prepare(RESTART);
    rig.server.answerNext('restart-service', {
      headers: { 'ratelimit-remaining': '0', 'ratelimit-reset': '30' },
    });
    await api.act(asking(RESTART), prepared);
    expect(await outcome(api.act(asking(RESTART), prepared))).toMatchObject({
      code: 'upstream_unavailable',
      retryAfterS: 30,
    });
    expect(await api.look(asking(RESTART), prepared, SINCE)).toMatchObject({ kind: 'done' });
    rig.now = new Date(SINCE.getTime() + 30_000);
    await api.act(asking(RESTART), prepared);
    expect(rig.server.effects).toEqual(['restart-service', 'restart-service']);
  });
});
