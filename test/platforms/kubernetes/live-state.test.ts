import { describe, expect, it } from 'vitest';
import { autoscalerObject } from '../../support/kubernetes/objects.js';
import { asking, KubernetesRig } from '../../support/kubernetes/rig.js';
import type { KubernetesServer } from '../../support/kubernetes-server.js';
import { outcome } from '../../support/vendor/outcome.js';
import { ROLLBACK, SINCE } from '../../support/vendor/rig.js';

const rig = new KubernetesRig();
const LATER = new Date(SINCE.getTime() + 600_000);
const state = async () => rig.platform().state?.(asking(ROLLBACK));

describe('kubernetesPlatform, telling what is live', () => {
  it('tells the template by its key, the revision, and the pods that are wanted, and only reads', async () => {
    const key = String((await rig.prepare(ROLLBACK)).before?.['template_key']);
    expect(await state()).toEqual({
      version: key,
      deployment_id: `1-${key.slice(0, 12)}+uid-shop`,
      live_from: SINCE,
      config: null,
      instances: 2,
    });
    const reads = ['readDeployment', 'listReplicaSets', 'listAutoscalers'];
    expect(rig.operations().slice(-3)).toEqual(reads);
    expect(JSON.stringify(await state())).not.toContain('pod-secret');
  });

  it('has it live since it was rolled out whole, not since that began', async () => {
    await rig.restartWith({}, 'by_hand');
    rig.server.deployment.spec.template = {
      ...rig.server.deployment.spec.template,
      metadata: { labels: { app: 'shop', tier: 'gold' } },
    };
    rig.server.controller.begin();
    expect(await state()).toBeNull();
    rig.now = LATER;
    rig.server.controller.reconcile();
    expect(await state()).toMatchObject({
      deployment_id: expect.stringMatching(/^2-/),
      live_from: LATER,
    });
    rig.now = new Date(LATER.getTime() + 600_000);
    rig.server.deployment.status.availableReplicas = 0;
    rig.server.controller.reconcile();
    expect(await state()).toMatchObject({ live_from: LATER });
  });

  it('tells it also while its pods fail: that is when its record is written', async () => {
    rig.server.deployment.status.availableReplicas = 0;
    expect(await state()).toMatchObject({ live_from: SINCE, instances: 2 });
  });

  it('begins no other life by restarts, and was live by the first of them', async () => {
    const before = await state();
    const request = asking({ name: 'restart' });
    for (const minutes of [10, 20, 30]) {
      rig.now = new Date(SINCE.getTime() + minutes * 60_000);
      await rig.platform().act(request, await rig.platform().prepare(request));
    }
    expect(rig.server.controller.replicaSets).toHaveLength(5);
    expect(await state()).toEqual({ ...before, live_from: LATER });
    expect((await rig.prepare(ROLLBACK)).before).toMatchObject({ live_from: LATER.toISOString() });
  });

  it('takes what was returned to for another life, too', async () => {
    await rig.restartWith({ images: ['shop:1'] });
    const first = await state();
    rig.server.deploy('shop:2');
    const request = asking(ROLLBACK);
    await rig.platform().act(request, await rig.platform().prepare(request));
    const again = await state();
    expect(again).toEqual({ ...first, deployment_id: again?.deployment_id });
    expect(again?.deployment_id).not.toBe(first?.deployment_id);
  });

  it.each([
    ['an autoscaler decides', [autoscalerObject('shop')], null],
    ['an autoscaler is another Deployment’s', [autoscalerObject('other', 6, 'other')], 2],
  ])('tells of the pods where %s', async (_, autoscalers, instances) => {
    await rig.restartWith({ autoscalers });
    expect(await state()).toMatchObject({ instances });
  });

  it('tells no number where nobody may see autoscalers, and nothing while they cannot be read', async () => {
    rig.server.answerNext('listAutoscalers', { status: 403 });
    expect(await state()).toMatchObject({ live_from: SINCE, instances: null });
    rig.server.answerNext('listAutoscalers', { status: 503 });
    expect(await outcome(state())).toMatchObject({ code: 'upstream_unavailable' });
  });

  it.each<[string, (server: KubernetesServer) => void]>([
    ['a rollout is in progress', ({ controller }) => controller.begin()],
    ['a rollout was given up', ({ controller }) => controller.fail()],
    [
      'its controller has not seen it',
      ({ deployment }) => {
        deployment.metadata.generation += 1;
      },
    ],
    [
      'its rollouts are paused',
      ({ deployment }) => {
        deployment.spec.paused = true;
      },
    ],
    [
      'it is scaled to 0',
      (server) => {
        server.deployment.spec.replicas = 0;
        server.controller.reconcile();
      },
    ],
    [
      'it tells no revision',
      ({ deployment }) => {
        deployment.metadata.annotations = {};
      },
    ],
    [
      'it has no progress deadline',
      ({ deployment }) => {
        deployment.status.conditions = [];
      },
    ],
    [
      'the cluster does not tell since when',
      ({ deployment }) => {
        deployment.status.conditions = [
          { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' },
        ];
      },
    ],
  ])('tells nothing while %s', async (_, change) => {
    change(rig.server);
    expect(await state()).toBeNull();
  });
});
