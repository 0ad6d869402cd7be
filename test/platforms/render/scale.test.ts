import { describe, expect, it } from 'vitest';
import { asking, RenderRig, SCALE } from '../../support/render/rig.js';
import { outcome, stored } from '../../support/vendor/outcome.js';
import { SINCE } from '../../support/vendor/rig.js';

const rig = new RenderRig();
const act = async () => rig.platform().act(asking(SCALE), await rig.prepare(SCALE));

describe('renderPlatform, scaling', () => {
  it('sets the number, and reports once as many run', async () => {
    const prepared = await rig.prepare(SCALE);
    expect(prepared).toEqual({
      before: { instances: 2 },
      after: { instances: 3 },
      inverse: { name: 'scale', to: 2 },
    });
    expect(await rig.platform().act(asking(SCALE), prepared)).toMatchObject({ success: true });
    expect(rig.server.calls.at(-1)).toMatchObject({
      path: '/v1/services/srv-1/scale',
      body: { numInstances: 3 },
    });
    expect(await rig.platform().report(asking(SCALE), prepared, SINCE)).toMatchObject({
      kind: 'done',
    });
  });

  it('is undone by its inverse', async () => {
    const before = structuredClone(rig.service());
    const prepared = await rig.prepare(SCALE);
    await rig.platform().act(asking(SCALE), prepared);
    if (prepared.inverse === null) throw new Error('it has an inverse');
    const undo = asking(prepared.inverse, { byPerson: true, undoes: prepared });
    await rig.platform().act(undo, stored(await rig.platform().prepare(undo)));
    expect(rig.service()).toEqual(before);
  });

  it.each([
    ['autoscaling is on', { autoscaling: true }, 'autoscaling is on'],
    ['it has as many already', { instances: [1, 2, 3].map(String).map(instance) }, 'already'],
    ['it has no instances', { type: 'static_site' }, 'no number of instances'],
    ['it is suspended', { suspended: 'suspended' as const }, 'suspended'],
  ])('is refused when %s', async (_, given, why) => {
    await rig.restartWith(given);
    expect(await outcome(rig.platform().prepare(asking(SCALE)))).toMatchObject({
      code: 'refused',
      message: expect.stringContaining(why),
    });
    expect(rig.server.effects).toEqual([]);
  });

  it.each([true, false])(
    'looks before it repeats a call whose answer was lost (done: %s)',
    async (effect) => {
      const prepared = await rig.prepare(SCALE);
      rig.server.answerNext('scale-service', { ending: 'drop', effect });
      expect(await outcome(rig.platform().act(asking(SCALE), prepared))).toMatchObject({
        code: 'upstream_unavailable',
      });
      rig.now = new Date(SINCE.getTime() + 20_000);
      const looked = await rig.platform().look(asking(SCALE), prepared, SINCE);
      expect(looked.kind).toBe(effect ? 'done' : 'not_done');
    },
  );

  it('leaves a number alone that somebody has set since', async () => {
    const prepared = await rig.prepare(SCALE);
    rig.service().instances.pop();
    expect(await outcome(rig.platform().act(asking(SCALE), prepared))).toMatchObject({
      code: 'refused',
      message: expect.stringContaining('1 instances meanwhile'),
    });
    expect(await rig.platform().look(asking(SCALE), prepared, SINCE)).toMatchObject({
      kind: 'unknown',
    });
  });

  it('reports a number that was changed since as failed', async () => {
    await act();
    const prepared = { before: { instances: 2 }, after: { instances: 3 }, inverse: null };
    rig.service().instances.pop();
    expect(await rig.platform().report(asking(SCALE), prepared, SINCE)).toMatchObject({
      kind: 'failed',
    });
  });
});

function instance(id: string) {
  return { id, createdAt: '2026-03-01T00:00:00Z' };
}
