import { describe, expect, it } from 'vitest';
import { asking, KubernetesRig } from '../../support/kubernetes/rig.js';
import { outcome } from '../../support/vendor/outcome.js';
import { SINCE } from '../../support/vendor/rig.js';

const rig = new KubernetesRig();
const RESTART = { name: 'restart' } as const;
const REQUEST = asking(RESTART);
const LATE = new Date(SINCE.getTime() + 15_000);
const annotations = () => rig.server.deployment.spec.template.metadata.annotations;

describe('restart in a cluster', () => {
  it('writes the annotation of kubectl, once, and is done when the rollout is', async () => {
    const prepared = await rig.prepare(RESTART);
    expect(prepared).toEqual({
      before: { restarted_at: null },
      after: { restarted_at: SINCE.toISOString() },
      inverse: null,
    });
    rig.now = LATE;
    expect(await rig.platform().act(REQUEST, prepared)).toMatchObject({
      success: true,
      service_id: 'default/shop',
      component: 'shop',
      status_code: 200,
    });
    expect(annotations()).toEqual({
      'kubectl.kubernetes.io/restartedAt': SINCE.toISOString(),
    });
    expect(rig.image).toBe('shop:2');
    await rig.platform().act(REQUEST, prepared);
    expect(rig.server.effects).toEqual(['patchDeployment']);
    expect(await rig.platform().report(REQUEST, prepared, SINCE)).toMatchObject({
      kind: 'done',
      result: { success: true },
    });
  });

  it.each([
    ['nothing', { ending: 'drop', effect: true }],
    ['a time-out', { ending: 'hang', effect: true }],
  ] as const)('finds itself after %s', async (_, answer) => {
    const prepared = await rig.prepare(RESTART);
    rig.server.answerNext('patchDeployment', answer);
    const hasty = rig.platform({ timeoutMs: 1000 });
    expect(await outcome(hasty.act(REQUEST, prepared))).toMatchObject({
      code: 'upstream_unavailable',
    });
    expect(await rig.platform().look(REQUEST, prepared, SINCE)).toMatchObject({
      kind: 'done',
      result: { status_code: null },
    });
    expect(rig.server.effects).toEqual(['patchDeployment']);
  });

  it('believes only after a while that it was not made', async () => {
    const prepared = await rig.prepare(RESTART);
    rig.server.answerNext('patchDeployment', { ending: 'drop' });
    await outcome(rig.platform().act(REQUEST, prepared));
    expect(await rig.platform().look(REQUEST, prepared, SINCE)).toMatchObject({ kind: 'unknown' });
    rig.now = LATE;
    expect(await rig.platform().look(REQUEST, prepared, SINCE)).toEqual({ kind: 'not_done' });
    expect(await rig.platform().report(REQUEST, prepared, SINCE)).toEqual({ kind: 'pending' });
  });

  it('counts a later restart by somebody else, and no earlier one', async () => {
    const prepared = await rig.prepare(RESTART);
    const mark = (at: number) =>
      Object.assign(rig.server.deployment.spec.template.metadata, {
        annotations: { 'kubectl.kubernetes.io/restartedAt': new Date(at).toISOString() },
      });
    mark(SINCE.getTime() - 60_000);
    rig.now = LATE;
    expect(await rig.platform().look(REQUEST, prepared, SINCE)).toEqual({ kind: 'not_done' });
    mark(SINCE.getTime() + 5000);
    expect(await rig.platform().look(REQUEST, prepared, SINCE)).toMatchObject({ kind: 'done' });
  });

  it('waits for the rollout, and reports one that exceeds its deadline', async () => {
    await rig.restartWith({}, 'by_hand');
    const prepared = await rig.prepare(RESTART);
    await rig.platform().act(REQUEST, prepared);
    const report = () => rig.platform().report(REQUEST, prepared, SINCE);
    expect(await report()).toEqual({ kind: 'pending' });
    rig.server.controller.begin();
    expect(await report()).toEqual({ kind: 'pending' });
    rig.server.controller.fail();
    expect(await report()).toEqual({ kind: 'pending' });
    rig.now = LATE;
    expect(await report()).toMatchObject({
      kind: 'failed',
      why: 'the rollout exceeded its progress deadline',
      result: { success: false },
    });
    rig.server.controller.reconcile();
    expect(await report()).toMatchObject({ kind: 'done' });
  });

  it('restarts what is ill, and what a failed rollout has left half done', async () => {
    rig.server.deployment.status.availableReplicas = 0;
    expect(await rig.prepare(RESTART)).toMatchObject({ inverse: null });
    rig.server.controller.fail();
    expect(await rig.prepare(RESTART)).toMatchObject({ inverse: null });
  });

  it('refuses what is paused, off, or in a rollout, which a person may restart all the same', async () => {
    const { deployment, controller } = rig.server;
    const refusal = async () => outcome(rig.platform().prepare(REQUEST));
    deployment.spec.paused = true;
    expect(await refusal()).toMatchObject({ message: expect.stringContaining('paused') });
    deployment.spec.paused = false;
    deployment.spec.replicas = 0;
    expect(await refusal()).toMatchObject({ message: expect.stringContaining('scaled to 0') });
    deployment.spec.replicas = 2;
    controller.begin();
    expect(await refusal()).toMatchObject({ message: expect.stringContaining('in progress') });
    const byPerson = asking(RESTART, { byPerson: true });
    expect(await rig.platform().prepare(byPerson)).toMatchObject({ inverse: null });
    const none = { before: {}, after: null, inverse: null };
    expect(await outcome(rig.platform().act(REQUEST, none))).toMatchObject({
      message: expect.stringContaining('plan it anew'),
    });
    expect(rig.server.effects).toEqual([]);
  });
});
