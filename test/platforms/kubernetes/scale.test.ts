import { describe, expect, it } from 'vitest';
import { autoscalerObject } from '../../support/kubernetes/objects.js';
import { asking, KubernetesRig } from '../../support/kubernetes/rig.js';
import { outcome } from '../../support/vendor/outcome.js';
import { SINCE } from '../../support/vendor/rig.js';

const rig = new KubernetesRig();
const to = (count: number) => ({ name: 'scale', to: count }) as const;
const REQUEST = asking(to(4));
const fewest = () => rig.server.autoscalers[0]?.spec.minReplicas;

describe('scale in a cluster', () => {
  it('sets the number of pods, once, and stores the way back', async () => {
    const prepared = await rig.prepare(to(4));
    expect(prepared).toEqual({
      before: { instances: 2, autoscaler: null },
      after: { instances: 4, autoscaler: null },
      inverse: { name: 'scale', to: 2 },
    });
    expect(await rig.platform().act(REQUEST, prepared)).toMatchObject({
      success: true,
      from_state: { instances: 2 },
      to_state: { instances: 4 },
    });
    expect(rig.server.deployment.spec.replicas).toBe(4);
    expect(await rig.platform().report(REQUEST, prepared, SINCE)).toMatchObject({ kind: 'done' });
    expect(rig.server.effects).toEqual(['patchDeploymentScale']);
    const undo = asking(to(2));
    await rig.platform().act(undo, await rig.prepare(to(2)));
    expect(rig.server.deployment.spec.replicas).toBe(2);
  });

  it('raises the fewest of an autoscaler, where one has the say, and leaves the rest to it', async () => {
    await rig.restartWith({
      autoscalers: [autoscalerObject('other', 6, 'other'), autoscalerObject('shop')],
    });
    const prepared = await rig.prepare(to(4), { byPerson: true });
    expect(prepared).toMatchObject({ before: { instances: 2, autoscaler: 'shop' } });
    await rig.platform().act(REQUEST, prepared);
    expect(rig.server.autoscalers.map(({ spec }) => spec.minReplicas)).toEqual([2, 4]);
    expect(rig.server.deployment.spec.replicas).toBe(2);
    const report = () => rig.platform().report(REQUEST, prepared, SINCE);
    expect(await report()).toEqual({ kind: 'pending' });
    rig.server.deployment.spec.replicas = 4;
    rig.server.controller.reconcile();
    expect(await report()).toMatchObject({ kind: 'done' });
    expect(rig.server.effects).toEqual(['patchAutoscaler']);
  });

  it.each([
    ['the Deployment', 'patchDeploymentScale', []],
    ['an autoscaler', 'patchAutoscaler', [autoscalerObject('shop')]],
  ])(
    'of %s finds itself after a lost answer, and cannot be done twice',
    async (_, operation, autoscalers) => {
      await rig.restartWith({ autoscalers });
      const prepared = await rig.prepare(to(4), { byPerson: true });
      rig.server.answerNext(operation, { ending: 'drop', effect: true });
      await outcome(rig.platform().act(REQUEST, prepared));
      expect(await rig.platform().look(REQUEST, prepared, SINCE)).toMatchObject({ kind: 'done' });
      expect(await outcome(rig.platform().act(REQUEST, prepared))).toMatchObject({
        code: 'upstream_unavailable',
      });
      expect(rig.server.effects).toEqual([operation]);
    },
  );

  it('cannot tell where somebody has set another number, and reports that as failed', async () => {
    const prepared = await rig.prepare(to(4));
    rig.server.deployment.spec.replicas = 7;
    expect(await rig.platform().look(REQUEST, prepared, SINCE)).toEqual({
      kind: 'unknown',
      why: 'somebody has set 7 meanwhile',
    });
    expect(await rig.platform().report(REQUEST, prepared, SINCE)).toMatchObject({
      kind: 'failed',
      why: 'somebody has set 7 in its place',
    });
  });

  it.each([
    ['past what its autoscaler allows', [autoscalerObject('shop', 3)], 4, 'allows at most 3 pods'],
    ['where two have the say', [autoscalerObject('a'), autoscalerObject('b')], 4, 'more than one'],
    ['to what it has', [], 2, 'stands at 2 already'],
  ])('is refused %s', async (_, autoscalers, count, why) => {
    await rig.restartWith({ autoscalers });
    const asked = asking(to(count), { byPerson: true });
    expect(await outcome(rig.platform().prepare(asked))).toMatchObject({
      code: 'refused',
      message: expect.stringContaining(why),
    });
  });

  it('is a person’s alone where an autoscaler has the say, also when it came after the plan', async () => {
    await rig.restartWith({ autoscalers: [autoscalerObject('shop')] });
    expect(await outcome(rig.platform().prepare(REQUEST))).toMatchObject({
      code: 'refused',
      message: expect.stringContaining('only a person may raise its fewest'),
    });
    expect(rig.server.effects).toEqual([]);
  });

  it('has no way back to nothing, and does nothing without what was stored', async () => {
    await rig.restartWith({ replicas: 0 });
    expect(await rig.prepare(to(1))).toMatchObject({ inverse: null });
    const none = { before: {}, after: null, inverse: null };
    expect(await outcome(rig.platform().act(REQUEST, none))).toMatchObject({
      code: 'refused',
      message: expect.stringContaining('plan it anew'),
    });
    expect(fewest()).toBeUndefined();
  });
});
