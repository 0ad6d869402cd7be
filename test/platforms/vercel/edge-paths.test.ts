import { describe, expect, it } from 'vitest';
import type { LedgerState } from '../../../lib/platforms/platform.js';
import { outcome } from '../../support/vendor/outcome.js';
import { SINCE } from '../../support/vendor/rig.js';
import { settingsOf } from '../../support/vercel/configured.js';
import { asking, CONFIG, VercelRig, WITH_EDGE } from '../../support/vercel/rig.js';
import { vercelStatuses } from '../../support/vercel-server.js';

const rig = new VercelRig();
const request = (known: LedgerState) => asking(CONFIG, { target: WITH_EDGE, known: [known] });
const NEW = { edgePaths: ['global-config'] } as const;
const edgeCalls = () => rig.operations().filter((one) => /(Edge|Global)Config/.test(one));
const failures = (operation: string) =>
  (vercelStatuses.get(operation) ?? []).filter((status) => status >= 300);

/** Put the configuration back, and say how that ended. */
async function putBack(good: LedgerState) {
  const api = rig.platform();
  const prepared = await api.prepare(request(good));
  return outcome(api.act(request(good), prepared));
}

describe('an Edge Config that Vercel calls Global Config', () => {
  it('is read and changed under the earlier path alone, where that is there', async () => {
    const { good, settings } = await rig.breakConfig();
    await putBack(good);
    expect(settingsOf(rig.project)).toEqual(settings);
    expect(edgeCalls().filter((one) => one.includes('Global'))).toEqual([]);
  });

  it.each([404, 410])('is read and changed under the new path after a %i', async (status) => {
    const { good, settings } = await rig.breakConfig(NEW);
    rig.server.answerNext('getEdgeConfigItems', { status, body: '' });
    expect(await putBack(good)).toMatchObject({ success: true });
    expect(settingsOf(rig.project)).toEqual(settings);
    expect(rig.server.effects).toContain('patchGlobalConfigItems');
  });

  it('is asked for where it was found last, by method, and goes back where that is gone', async () => {
    await rig.restartWith(NEW);
    const api = rig.platform();
    const look = () => api.state?.({ component: 'shop', target: WITH_EDGE });
    await look();
    await look();
    expect(edgeCalls()).toEqual([
      'getEdgeConfigItems',
      'getGlobalConfigItems',
      'getGlobalConfigItems',
    ]);
    rig.project.edgePaths = ['edge-config'];
    expect(await look()).not.toBeNull();
    expect(edgeCalls().slice(3)).toEqual(['getGlobalConfigItems', 'getEdgeConfigItems']);
    await look();
    expect(edgeCalls().slice(5)).toEqual(['getEdgeConfigItems']);
  });

  it('is changed under the one path while it is read under the other', async () => {
    const { good, settings } = await rig.breakConfig({
      edgePaths: ['edge-config', 'global-config'],
    });
    rig.server.answerNext('patchEdgeConfigItems', { status: 404 });
    expect(await putBack(good)).toMatchObject({ success: true });
    expect(settingsOf(rig.project)).toEqual(settings);
    expect(edgeCalls().filter((one) => one.startsWith('patch'))).toEqual([
      'patchEdgeConfigItems',
      'patchGlobalConfigItems',
    ]);
    expect(edgeCalls()).not.toContain('getGlobalConfigItems');
  });
});

describe('an Edge Config that is there under neither path', () => {
  it('is not taken for an empty one: nothing is prepared, and nothing learned', async () => {
    const { good } = await rig.breakConfig();
    rig.project.edgePaths = [];
    const api = rig.platform();
    for (const _ of [1, 2]) {
      expect(await outcome(api.prepare(request(good)))).toMatchObject({
        code: 'refused',
        message: expect.stringMatching(/edge-config.* 404.*global-config.* 404.*target is gone/),
      });
    }
    expect(edgeCalls().slice(-4)).toEqual([
      'getEdgeConfigItems',
      'getGlobalConfigItems',
      'getEdgeConfigItems',
      'getGlobalConfigItems',
    ]);
    expect(rig.server.effects).toEqual([]);
  });

  it('is not changed when it goes away between the look and the call, and variables are left', async () => {
    const { good } = await rig.breakConfig();
    const api = rig.platform();
    const prepared = await api.prepare(request(good));
    rig.project.edgePaths = [];
    expect(await outcome(api.act(request(good), prepared))).toMatchObject({ code: 'refused' });
    expect(rig.server.effects).toEqual([]);
    expect(await outcome(api.look(request(good), prepared, SINCE))).toMatchObject({
      code: 'refused',
    });
  });

  it('puts the variables back when only the change of items finds nothing', async () => {
    const { good } = await rig.breakConfig();
    const before = settingsOf(rig.project);
    const api = rig.platform();
    const prepared = await api.prepare(request(good));
    rig.server.answerNext('patchEdgeConfigItems', { status: 404 });
    expect(await outcome(api.act(request(good), prepared))).toMatchObject({ code: 'refused' });
    expect(settingsOf(rig.project)).toEqual(before);
    expect(rig.server.effects).not.toContain('createDeployment');
  });
});

describe('the second path, by every documented status', () => {
  it.each(failures('getGlobalConfigItems'))(
    'prepares nothing when reading answers %i',
    async (status) => {
      const { good } = await rig.breakConfig(NEW);
      rig.server.answerNext('getGlobalConfigItems', { status });
      expect(await outcome(rig.platform().prepare(request(good)))).toMatchObject({
        code: status === 404 ? 'refused' : 'upstream_refused',
        message: expect.stringMatching(/edge-config.* answered 404/),
      });
      expect(rig.server.effects).toEqual([]);
    },
  );

  it.each([...failures('patchGlobalConfigItems'), 429, 500])(
    'builds nothing when a change answers %i',
    async (status) => {
      const { good } = await rig.breakConfig(NEW);
      const before = settingsOf(rig.project);
      const api = rig.platform();
      const prepared = await api.prepare(request(good));
      rig.server.answerNext('patchGlobalConfigItems', { status, body: '' });
      const isPassing = [409, 412, 429, 500].includes(status);
      const code = isPassing ? 'upstream_unavailable' : /refused/;
      const came = await outcome(api.act(request(good), prepared));
      expect(came).toMatchObject({ code: expect.stringMatching(code) });
      expect(rig.server.effects).not.toContain('createDeployment');
      if (!isPassing) expect(settingsOf(rig.project)).toEqual(before);
    },
  );

  it('is not asked after an answer that was lost: the change may have been made', async () => {
    const { good } = await rig.breakConfig({ edgePaths: ['edge-config', 'global-config'] });
    const api = rig.platform();
    const prepared = await api.prepare(request(good));
    rig.server.answerNext('patchEdgeConfigItems', { effect: true, ending: 'drop' });
    expect(await outcome(api.act(request(good), prepared))).toMatchObject({
      code: 'upstream_unavailable',
    });
    expect(edgeCalls()).not.toContain('patchGlobalConfigItems');
  });
});
