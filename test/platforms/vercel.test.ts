import { describe, expect, it } from 'vitest';
import { outcome } from '../support/vendor/outcome.js';
import { ROLLBACK, SINCE } from '../support/vendor/rig.js';
import { asking, CONFIG, REDEPLOY, STATE, VercelRig, WITH_EDGE } from '../support/vercel/rig.js';

const rig = new VercelRig();
const API = 'https://api.vercel.com';

describe('vercelPlatform', () => {
  it('tells the calls, and makes none', () => {
    const api = rig.platform({ baseUrl: `${API}/` });
    expect(api.describe(asking(ROLLBACK))).toEqual([
      `POST ${API}/v1/projects/prj_1/rollback/previous (or /v10/projects/prj_1/promote/previous, to a newer one)`,
      `PATCH ${API}/v9/projects/prj_1 (switches the assignment of domains off, where it is on)`,
    ]);
    expect(api.describe(asking(REDEPLOY))).toEqual([
      `POST ${API}/v13/deployments (builds the live deployment's source again)`,
    ]);
    const settings = [
      `POST ${API}/v10/projects/prj_1/env (for each variable that is missing)`,
      `PATCH ${API}/v9/projects/prj_1/env/{id} (for each that differs, or that other environments keep)`,
      `DELETE ${API}/v9/projects/prj_1/env/{id} (for each that is too many)`,
    ];
    const items = `PATCH ${API}/v1/edge-config/ecfg_1/items (where items differ; or /v1/global-config/ecfg_1/items, where Vercel knows that one alone)`;
    const build = `POST ${API}/v13/deployments (builds the live deployment's source again, where a variable differs)`;
    expect(api.describe(asking(CONFIG))).toEqual([...settings, build]);
    expect(api.describe(asking(CONFIG, { target: WITH_EDGE }))).toEqual([
      ...settings,
      items,
      build,
    ]);
    expect(api.describe(asking(STATE, { target: WITH_EDGE }))).toEqual([
      ...settings,
      items,
      ...api.describe(asking(ROLLBACK)),
    ]);
    expect(api).toMatchObject({ name: 'vercel', actions: ['restart', 'rollback'] });
    expect(api.rollbacks).toEqual(['deployment', 'config', 'previous_state']);
    expect(rig.server.calls).toEqual([]);
  });

  it.each([
    ['an action that it has not', { action: { name: 'scale', to: 2 } }, 'Vercel cannot scale'],
    ['another platform', { target: { type: 'agent' } }, 'does not run on Vercel'],
  ] as const)('refuses %s', async (_, given, why) => {
    const request = { ...asking(REDEPLOY), ...given };
    expect(await outcome(rig.platform().prepare(request))).toMatchObject({
      code: 'refused',
      message: expect.stringContaining(why),
    });
    expect(rig.server.calls).toEqual([]);
  });

  it.each([
    ['getProject', { targets: {} }],
    ['getProject', { autoAssignCustomDomains: true, targets: { production: { id: '' } } }],
    ['getProject', 'not json'],
    ['getDeployments', { deployments: [{}], pagination: {} }],
    ['getDeployments', { deployments: [] }],
  ])('prepares nothing on an unknown shape of %s', async (operation, body) => {
    for (const action of [ROLLBACK, REDEPLOY]) {
      rig.server.answerNext(operation, { body });
      expect(await outcome(rig.platform().prepare(asking(action)))).toMatchObject({
        code: 'upstream_refused',
        message: expect.stringContaining('answered in an unknown shape'),
      });
    }
  });

  it.each([undefined, ''])('calls nobody without a credential (%j)', async (token) => {
    const bare = rig.platform({ credential: () => token });
    expect(await outcome(bare.prepare(asking(ROLLBACK)))).toMatchObject({
      code: 'refused',
      message: 'VERCEL_TOKEN is not set: Vercel cannot be called',
    });
    expect(rig.server.calls).toEqual([]);
  });

  it('names the variable whose credential Vercel refuses', async () => {
    const wrong = rig.platform({ credential: (name) => `wrong-${name}` });
    expect(await outcome(wrong.prepare(asking(ROLLBACK)))).toMatchObject({
      code: 'upstream_refused',
      message:
        'Vercel: GET /v9/projects/prj_1 answered 401: the credential in VERCEL_TOKEN was refused',
    });
  });

  it('gives up waiting for an answer, after which it can look', async () => {
    const prepared = await rig.prepare(ROLLBACK);
    rig.server.answerNext('requestRollback', { ending: 'hang', effect: true });
    const hasty = rig.platform({ timeoutMs: 100 });
    expect(await outcome(hasty.act(asking(ROLLBACK), prepared))).toMatchObject({
      code: 'upstream_unavailable',
      message: expect.stringContaining('did not answer within 100 ms'),
    });
    expect(await rig.platform().look(asking(ROLLBACK), prepared, SINCE)).toMatchObject({
      kind: 'done',
    });
    expect(rig.server.effects).toEqual(['requestRollback']);
  });
});
