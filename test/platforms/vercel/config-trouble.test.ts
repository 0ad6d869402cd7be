import { beforeEach, describe, expect, it } from 'vitest';
import type { LedgerState, Prepared } from '../../../lib/platforms/platform.js';
import { outcome } from '../../support/vendor/outcome.js';
import { type Finish, SINCE } from '../../support/vendor/rig.js';
import { lostAnswers, settingsOf } from '../../support/vercel/configured.js';
import { type VercelProject, vercelEnv } from '../../support/vercel/project.js';
import { asking, CONFIG, VercelRig, WITH_EDGE } from '../../support/vercel/rig.js';

const rig = new VercelRig();
let good: LedgerState;
let goodSettings: unknown;
const prepare = () => rig.prepare(CONFIG, { target: WITH_EDGE, known: [good] });
const request = () => asking(CONFIG, { target: WITH_EDGE });
const act = (prepared: Prepared) => rig.platform().act(request(), prepared);
const report = (prepared: Prepared) => rig.platform().report(request(), prepared, SINCE);
const look = (prepared: Prepared) => rig.platform().look(request(), prepared, SINCE);
const builds = () => rig.server.effects.filter((one) => one === 'createDeployment').length;

async function bad(given: Partial<VercelProject> = {}, finish: Finish = 'at_once') {
  ({ good, settings: goodSettings } = await rig.breakConfig(given, finish));
}

beforeEach(() => bad());

describe('vercelPlatform, a rollback of the configuration that meets with trouble', () => {
  it.each(['createDeployment', 'createProjectEnv', 'removeProjectEnv', 'patchEdgeConfigItems'])(
    'puts all settings back when %s is refused for good',
    async (operation) => {
      const before = settingsOf(rig.project);
      const prepared = await prepare();
      rig.server.answerNext(operation, { status: 400 });
      expect(await outcome(act(prepared))).toMatchObject({ code: 'upstream_refused' });
      expect(settingsOf(rig.project)).toEqual(before);
      expect(builds()).toBe(0);
    },
  );

  it('says so when they cannot be put back either', async () => {
    const prepared = await prepare();
    rig.server.answerNext('createDeployment', { status: 400 });
    rig.server.answerNext('patchEdgeConfigItems', { effect: true });
    rig.server.answerNext('patchEdgeConfigItems', { status: 403 });
    expect(await outcome(act(prepared))).toMatchObject({
      code: 'upstream_refused',
      message: expect.stringContaining('the variables could not be put back'),
    });
  });

  it('reads back what was written, and does not go on where Vercel shows otherwise', async () => {
    const before = settingsOf(rig.project);
    const prepared = await prepare();
    rig.server.answerNext('editProjectEnv', { status: 200, body: {}, effect: false });
    expect(await outcome(act(prepared))).toMatchObject({
      code: 'refused',
      message: expect.stringContaining('shows other settings than it took: DATABASE_URL'),
    });
    expect(builds()).toBe(0);
    expect(settingsOf(rig.project)).toEqual(before);
  });

  it.each([
    ['a variable', (one: VercelProject) => one.envs.push(vercelEnv('LATER', '1'))],
    ['an item', (one: VercelProject) => one.edgeItems.splice(0, 1)],
  ])('changes nothing where somebody has changed %s meanwhile', async (_, change) => {
    const prepared = await prepare();
    change(rig.project);
    expect(await outcome(act(prepared))).toMatchObject({ code: 'refused' });
    expect(await look(prepared)).toMatchObject({ kind: 'unknown' });
    expect(rig.server.effects).toEqual([]);
  });

  it('changes nothing where production has moved meanwhile', async () => {
    const prepared = await prepare();
    rig.project.production = 'dpl_1';
    expect(await outcome(act(prepared))).toMatchObject({ code: 'refused' });
    expect(rig.server.effects).toEqual([]);
  });

  it.each(lostAnswers('createDeployment'))(
    'ends in one build when the answer of $step is lost (done: $effect)',
    async ({ step, effect, kind }) => {
      const prepared = await prepare();
      rig.server.answerNext(step, { ending: 'drop', effect });
      expect(await outcome(act(prepared))).toMatchObject({ code: 'upstream_unavailable' });
      expect((await look(prepared)).kind).toBe(kind === 'done' ? 'done' : 'unknown');
      rig.now = new Date(SINCE.getTime() + 20_000);
      expect(await look(prepared)).toMatchObject({ kind });
      if (kind !== 'done') await act(prepared);
      expect(builds()).toBe(1);
      expect(await report(prepared)).toMatchObject({ kind: 'done' });
      expect(settingsOf(rig.project)).toEqual(goodSettings);
    },
  );

  it('reports a build that failed', async () => {
    await bad({}, 'by_hand');
    const prepared = await prepare();
    await act(prepared);
    rig.server.finishBuild('prj_1', 'ERROR');
    expect(await report(prepared)).toMatchObject({ kind: 'failed', result: { success: false } });
  });

  it('does nothing without what was stored', async () => {
    const { before, after, inverse } = await prepare();
    for (const none of [
      { before: {}, after: null, inverse: null },
      { before, after, inverse },
    ]) {
      expect(await outcome(act(none))).toMatchObject({ code: 'refused' });
    }
    expect(rig.server.effects).toEqual([]);
  });
});
