import { beforeEach, describe, expect, it } from 'vitest';
import type { ActionRequest, LedgerState, Prepared } from '../../../lib/platforms/platform.js';
import { outcome, stored } from '../../support/vendor/outcome.js';
import { SINCE } from '../../support/vendor/rig.js';
import { lostAnswers, PLANTED, settingsOf } from '../../support/vercel/configured.js';
import { vercelEnv } from '../../support/vercel/project.js';
import { asking, STATE, VercelRig, WITH_EDGE } from '../../support/vercel/rig.js';

const rig = new VercelRig();
let good: LedgerState;
let goodSettings: unknown;
const request = () => asking(STATE, { target: WITH_EDGE });
const prepare = (more: Partial<ActionRequest> = {}) =>
  rig.prepare(STATE, { target: WITH_EDGE, known: [good], ...more });
const act = (prepared: Prepared) => rig.platform().act(request(), prepared);
const report = (prepared: Prepared) => rig.platform().report(request(), prepared, SINCE);
const look = (prepared: Prepared) => rig.platform().look(request(), prepared, SINCE);
const rollbacks = () => rig.server.effects.filter((one) => one === 'requestRollback').length;

beforeEach(async () => {
  ({ good, settings: goodSettings } = await rig.breakConfig());
});

describe('vercelPlatform, rolling the whole state back', () => {
  it('puts the settings back, then production, without a build', async () => {
    const prepared = await prepare();
    expect(prepared).toMatchObject({
      before: { deployment_id: 'dpl_3', config: { POOL: null, 'edge_config:new': '***' } },
      after: { deployment_id: 'dpl_2', proven: true, by: 'rollback', config: { POOL: '***' } },
      inverse: { ...STATE, to: 'dpl_3' },
    });
    const { secret: _, ...plain } = prepared;
    expect(JSON.stringify([plain, await act(prepared)])).not.toContain(PLANTED);
    expect(rig.server.effects.at(-1)).toBe('requestRollback');
    expect(rig.server.effects).not.toContain('createDeployment');
    expect(await report(prepared)).toMatchObject({
      kind: 'done',
      result: { success: true, rollback_type: 'previous_state', auto_deploy: 'off' },
    });
    expect(rig.project).toMatchObject({ production: 'dpl_2', autoAssignCustomDomains: false });
    expect(settingsOf(rig.project)).toEqual(goodSettings);
  });

  it('is undone by its inverse: everything is as it was', async () => {
    const before = structuredClone(rig.project);
    const prepared = await prepare();
    await act(prepared);
    await report(prepared);
    if (prepared.inverse === null) throw new Error('it has an inverse');
    const known = [good, { ...good, deploymentId: 'dpl_3', standing: 'bad' as const }];
    const asked = { target: WITH_EDGE, byPerson: true, undoes: prepared, known };
    const undo = asking(prepared.inverse, asked);
    const back = stored(await rig.platform().prepare(undo));
    await rig.platform().act(undo, back);
    expect(await rig.platform().report(undo, back, SINCE)).toMatchObject({ kind: 'done' });
    expect(settingsOf(rig.project)).toEqual(settingsOf(before));
    const { envs: _, edgeItems: __, lastAliasRequest: ___, ...same } = before;
    expect(rig.project).toMatchObject(same);
  });

  it.each([
    ['nothing is known', () => ({ known: [] }), 'knows nothing of dpl_2'],
    [
      'none is proven',
      () => ({ known: [{ ...good, standing: 'unproven' as const }] }),
      'no known state is proven',
    ],
    [
      'its configuration was never seen',
      () => ({ known: [{ ...good, config: null }] }),
      'never seen',
    ],
  ])('is refused when %s', async (_, more, why) => {
    const asked = asking(STATE, { target: WITH_EDGE, ...more() });
    expect(await outcome(rig.platform().prepare(asked))).toMatchObject({
      code: 'refused',
      message: expect.stringContaining(why),
    });
    expect(rig.server.effects).toEqual([]);
  });

  it('is refused where a variable that nobody may read was changed since', async () => {
    rig.project.envs.push(vercelEnv('NEW_KEY', '', { type: 'sensitive' }));
    const asked = asking(STATE, { target: WITH_EDGE, known: [good] });
    expect(await outcome(rig.platform().prepare(asked))).toMatchObject({
      code: 'refused',
      message: expect.stringContaining('tells no value of NEW_KEY'),
    });
  });

  it('goes to one that is not proven for a person who names it', async () => {
    const known = [{ ...good, standing: 'unproven' as const }];
    const action = { ...STATE, to: good.deploymentId };
    const prepared = await rig.prepare(action, { target: WITH_EDGE, known, byPerson: true });
    expect(prepared.after).toMatchObject({ deployment_id: 'dpl_2', proven: false });
  });

  it('puts the settings back when the rollback is refused for good', async () => {
    const before = settingsOf(rig.project);
    const prepared = await prepare();
    rig.server.answerNext('requestRollback', { status: 410 });
    expect(await outcome(act(prepared))).toMatchObject({ code: 'refused' });
    expect(settingsOf(rig.project)).toEqual(before);
    expect(rig.project.production).toBe('dpl_3');
  });

  it.each(lostAnswers('requestRollback'))(
    'ends in one rollback when the answer of $step is lost (done: $effect)',
    async ({ step, effect, kind }) => {
      const prepared = await prepare();
      rig.server.answerNext(step, { ending: 'drop', effect });
      expect(await outcome(act(prepared))).toMatchObject({ code: 'upstream_unavailable' });
      expect((await look(prepared)).kind).toBe(kind === 'done' ? 'done' : 'unknown');
      rig.now = new Date(SINCE.getTime() + 20_000);
      expect(await look(prepared)).toMatchObject({ kind });
      if (kind !== 'done') await act(prepared);
      expect(rollbacks()).toBe(1);
      expect(await report(prepared)).toMatchObject({ kind: 'done' });
      expect(settingsOf(rig.project)).toEqual(goodSettings);
      expect(rig.project.production).toBe('dpl_2');
    },
  );

  it('cannot tell where somebody has changed the settings meanwhile', async () => {
    const prepared = await prepare();
    rig.project.envs.push(vercelEnv('LATER', '1'));
    rig.now = new Date(SINCE.getTime() + 20_000);
    expect(await look(prepared)).toMatchObject({ kind: 'unknown' });
    expect(await outcome(act(prepared))).toMatchObject({ code: 'refused' });
    expect(rig.server.effects).toEqual([]);
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
