import { describe, expect, it } from 'vitest';
import type { Platform } from '../../lib/platforms/platform.js';
import { APP_VARIABLES, asApp, asking, BY_REVERT, GitHubRig } from '../support/github/rig.js';
import { asking as askingRender, RenderRig } from '../support/render/rig.js';
import { outcome } from '../support/vendor/outcome.js';
import { ROLLBACK } from '../support/vendor/rig.js';
import { asking as askingVercel, REDEPLOY, VercelRig } from '../support/vercel/rig.js';

const TIME = { stepMs: 500 };
const OVER = {
  code: 'upstream_unavailable',
  message: expect.stringContaining('in the time that it shares with other calls'),
};

/** What a step came to, which must have taken about its time, and not that of each of its calls. */
async function inTime(step: () => Promise<unknown>): Promise<unknown> {
  const began = performance.now();
  const came = await outcome(step());
  expect(performance.now() - began).toBeLessThan(2500);
  return came;
}

describe('the time of one step at GitHub', () => {
  const rig = new GitHubRig();
  const request = asking(BY_REVERT);
  const slowly = (...operations: string[]) => {
    for (const one of operations) rig.server.answerNext(one, { delayMs: 150 });
  };

  it('is shared by all calls that prepare a revert', async () => {
    slowly('repos/list-deployments', 'git/get-commit');
    rig.server.answerNext('repos/compare-commits', { ending: 'hang' });
    rig.server.answerNext('git/get-ref', { ending: 'hang' });
    expect(await inTime(() => rig.platform(TIME).prepare(request))).toMatchObject(OVER);
  });

  it('is shared by all calls that carry it out, and the next attempt goes on with it', async () => {
    const prepared = await rig.prepare(request);
    slowly('git/create-commit', 'git/create-ref');
    rig.server.answerNext('pulls/create', { ending: 'hang' });
    expect(await inTime(() => rig.platform(TIME).act(request, prepared))).toMatchObject(OVER);
    expect(await rig.platform().act(request, prepared)).toMatchObject({ success: true });
    expect(rig.server.effects).toEqual(['git/create-commit', 'git/create-ref', 'pulls/create']);
  });

  it('is not exceeded for a token that is not made, and one that comes later is of use', async () => {
    const api: Platform = rig.platform({ ...TIME, credential: (name) => APP_VARIABLES[name] });
    const asApplication = asking(asApp(BY_REVERT));
    const mint = 'apps/create-installation-access-token';
    rig.server.answerNext(mint, { delayMs: 700 });
    expect(await inTime(() => api.prepare(asApplication))).toMatchObject({
      code: 'upstream_unavailable',
      message: 'GitHub made no token in the time that is left',
    });
    await api.prepare(asApplication);
    expect(rig.operations().filter((one) => one === mint)).toHaveLength(1);
  });
});

describe('the time of one step at Render', () => {
  const rig = new RenderRig();

  it('is shared by all calls that prepare it', async () => {
    rig.server.answerNext('retrieve-service', { delayMs: 150 });
    rig.server.answerNext('list-deploys', { ending: 'hang' });
    const prepare = () => rig.platform(TIME).prepare(askingRender(ROLLBACK));
    expect(await inTime(prepare)).toMatchObject(OVER);
  });

  it('is shorter for a look at what is live', async () => {
    const { target } = askingRender(ROLLBACK);
    rig.server.answerNext('list-deploys', { ending: 'hang' });
    const api = rig.platform({ lookMs: 500 });
    expect(await inTime(async () => api.state?.({ component: 'shop', target }))).toMatchObject(
      OVER,
    );
  });
});

describe('the time of one step at Vercel', () => {
  const rig = new VercelRig();

  it.each([
    [ROLLBACK, 'dpl_2'],
    [REDEPLOY, 'dpl_2'],
  ] as const)('is shared by all calls that prepare %o', async (action, production) => {
    await rig.restartWith({ production });
    rig.server.answerNext('getProject', { delayMs: 150 });
    rig.server.answerNext('getDeployments', { ending: 'hang' });
    const prepare = () => rig.platform(TIME).prepare(askingVercel(action));
    expect(await inTime(prepare)).toMatchObject(OVER);
  });

  it('begins anew with each step', async () => {
    const api = rig.platform(TIME);
    rig.server.answerNext('getProject', { delayMs: 300 });
    const prepared = await api.prepare(askingVercel(ROLLBACK));
    rig.server.answerNext('getProject', { delayMs: 300 });
    expect(await api.act(askingVercel(ROLLBACK), prepared)).toMatchObject({ success: true });
  });
});
