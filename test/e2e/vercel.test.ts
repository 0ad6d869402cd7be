import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { healthy, live, past, runOut, send } from '../support/life.js';
import { startTestStack, type TestStack } from '../support/stack.js';
import { vercelDeployment, vercelProject } from '../support/vercel/project.js';
import { startVercelServer, type VercelServer } from '../support/vercel-server.js';

let stack: TestStack;
let vercel: VercelServer;

beforeAll(async () => {
  vercel = await startVercelServer({
    token: 'vercel_test',
    projects: [
      vercelProject('prj_leaks', { teamId: 'team_1' }),
      vercelProject('prj_site', {
        production: 'dpl_3',
        deployments: [1, 2, 3].map((order) => vercelDeployment(order)),
      }),
    ],
  });
  stack = await startTestStack({
    // A busy machine must not make a test's samples look stale.
    settings: { recoveryShare: 1, freshIntervals: 10, freshShare: 0.3 },
    env: { VERCEL_API_URL: vercel.url, VERCEL_TOKEN: 'vercel_test' },
  });
});

afterAll(async () => {
  await stack.close();
  await vercel.close();
});

describe('a component on Vercel', () => {
  it('is redeployed when its memory runs out, once, and the incident closes', async () => {
    const platform = { type: 'vercel', project_id: 'prj_leaks', team_id: 'team_1' };
    await stack.call('PUT', '/api/components/leaks', { platform, mode: 'auto' });
    const shown = await runOut(stack, 'leaks', { isRestarted: () => vercel.effects.length > 0 });
    expect(shown).toMatchObject({ needs_person: false });
    expect(shown.recoveries).toMatchObject([{ action: 'restart', state: 'succeeded' }]);
    expect(vercel.effects).toEqual(['createDeployment']);
    expect(vercel.state.get('prj_leaks')?.production).toBe('dpl_new1');
    const { id } = shown.recoveries[0];
    const recovery = (await stack.call('GET', `/api/recoveries/${id}`)).body;
    expect(recovery).toMatchObject({
      executor: 'vercel',
      result: { success: true, service_id: 'prj_leaks', deployment_id: 'dpl_new1' },
    });
  }, 120_000);

  it('is rolled back by its project id, and the undo puts everything back', async () => {
    const platform = { type: 'vercel', project_id: 'prj_site', plan: 'hobby' };
    const before = vercel.effects.length;
    await stack.call('PUT', '/api/components/site', { platform });
    await send(
      stack,
      'site',
      past(30, () => healthy),
    );
    const ended = (id: string) =>
      live(stack, 'what is wanted of site', {
        component: 'site',
        values: () => healthy,
        ask: async () => (await stack.call('GET', `/api/recoveries/${id}`)).body,
        isWanted: ({ state }) => state === 'succeeded' || state === 'failed',
      });
    const asked = await stack.call('POST', '/api/recover', {
      platform: 'vercel',
      service_id: 'prj_site',
      rollback_to: 'previous',
      reason: 'the new version is bad',
    });
    expect(asked.status).toBe(202);
    const done = await ended(asked.body.recovery.id);
    expect(done).toMatchObject({ state: 'succeeded', result: { auto_deploy: 'off' } });
    expect(vercel.state.get('prj_site')).toMatchObject({
      production: 'dpl_2',
      autoAssignCustomDomains: false,
    });
    const undo = await stack.call('POST', `/api/recoveries/${asked.body.recovery.id}/undo`, {
      reason: 'it was not the version',
    });
    expect(undo.status).toBe(202);
    await live(stack, 'what is wanted of site', {
      component: 'site',
      values: () => healthy,
      ask: async () => (await stack.call('GET', `/api/recoveries/${asked.body.recovery.id}`)).body,
      isWanted: ({ state }) => state === 'undone',
    });
    expect(vercel.state.get('prj_site')).toMatchObject({
      production: 'dpl_3',
      autoAssignCustomDomains: true,
    });
    expect(vercel.effects.slice(before)).toEqual(['requestRollback', 'requestPromote']);
  }, 120_000);

  it('cannot be asked for with a variable that is no token of Vercel’s', async () => {
    for (const credential of ['RENDER_API_KEY', 'VERCEL_OIDC_TOKEN', 'FORESTALL_SECRET']) {
      const platform = { type: 'vercel', project_id: 'prj_site', credential };
      const { status } = await stack.call('PUT', '/api/components/site', { platform });
      expect(status).toBe(400);
    }
  });
});
