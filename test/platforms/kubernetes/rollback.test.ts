import { describe, expect, it } from 'vitest';
import { asking, KubernetesRig } from '../../support/kubernetes/rig.js';
import { outcome } from '../../support/vendor/outcome.js';
import { ROLLBACK, SINCE } from '../../support/vendor/rig.js';

const rig = new KubernetesRig();
const REQUEST = asking(ROLLBACK);
const LATE = new Date(SINCE.getTime() + 15_000);
const refused = (why: string) => ({ code: 'refused', message: expect.stringContaining(why) });

describe('rollback in a cluster', () => {
  it('fixes both revisions and the way back, keeps nothing of the templates’ secrets', async () => {
    const prepared = await rig.prepare(ROLLBACK);
    expect(prepared).toMatchObject({
      before: { revision: 2, replica_set: 'shop-hash2', images: ['shop:2'] },
      after: { revision: 1, replica_set: 'shop-hash1', images: ['shop:1'] },
      inverse: { name: 'rollback', rollback_type: 'deployment', to: '2' },
    });
    expect(JSON.stringify(prepared)).not.toContain('pod-secret');
    expect(rig.server.effects).toEqual([]);
  });

  it('puts the earlier template back as it was, while the Deployment stands as it was read', async () => {
    const { resourceVersion } = rig.server.deployment.metadata;
    const prepared = await rig.prepare(ROLLBACK);
    expect(await rig.platform().act(REQUEST, prepared)).toMatchObject({
      success: true,
      rollback_type: 'deployment',
      from_state: { revision: 2 },
      to_state: { revision: 1 },
      auto_deploy: 'still on',
    });
    expect(rig.image).toBe('shop:1');
    expect(rig.server.deployment.spec.template.metadata.labels).toEqual({ app: 'shop' });
    const sent = rig.server.calls.find(({ operation }) => operation === 'patchDeployment');
    expect(sent?.body).toMatchObject([
      { op: 'test', path: '/metadata/resourceVersion', value: resourceVersion },
      { op: 'replace', path: '/spec/template' },
    ]);
    expect(await rig.platform().report(REQUEST, prepared, SINCE)).toMatchObject({ kind: 'done' });
    await rig.platform().act(REQUEST, prepared);
    expect(rig.server.effects).toEqual(['patchDeployment']);
  });

  it('is put back exactly by its inverse', async () => {
    const before = structuredClone(rig.server.deployment.spec);
    const prepared = await rig.prepare(ROLLBACK);
    await rig.platform().act(REQUEST, prepared);
    const undo = asking(prepared.inverse ?? ROLLBACK, { byPerson: true });
    const back = await rig.platform().prepare(undo);
    await rig.platform().act(undo, back);
    expect(await rig.platform().report(undo, back, SINCE)).toMatchObject({ kind: 'done' });
    expect(rig.server.deployment.spec).toEqual(before);
    expect(rig.server.controller.replicaSets).toHaveLength(2);
  });

  it('sees no other version in a restart, and goes back beyond it', async () => {
    const restart = asking({ name: 'restart' });
    await rig.platform().act(restart, await rig.platform().prepare(restart));
    expect(rig.server.controller.replicaSets).toHaveLength(3);
    expect(await rig.prepare(ROLLBACK)).toMatchObject({
      before: { revision: 3 },
      after: { revision: 1, images: ['shop:1'] },
    });
  });

  it('does not go back beyond a rollback by itself, nor to what one has left', async () => {
    await rig.platform().act(REQUEST, await rig.prepare(ROLLBACK));
    expect(await outcome(rig.platform().prepare(REQUEST))).toMatchObject(
      refused('revision 3 is itself a rollback'),
    );
    rig.server.deploy('shop:4');
    expect(await rig.prepare(ROLLBACK)).toMatchObject({ after: { images: ['shop:1'] } });
  });

  it.each([
    ['nothing', { ending: 'drop', effect: true }],
    ['500', { status: 500, effect: true }],
  ] as const)('finds itself after %s, and is not repeated', async (_, answer) => {
    const prepared = await rig.prepare(ROLLBACK);
    rig.server.answerNext('patchDeployment', answer);
    expect(await outcome(rig.platform().act(REQUEST, prepared))).toMatchObject({
      code: 'upstream_unavailable',
    });
    expect(await rig.platform().look(REQUEST, prepared, SINCE)).toMatchObject({ kind: 'done' });
    expect(rig.server.effects).toEqual(['patchDeployment']);
  });

  it('changes nothing where somebody changes it between the read and the patch', async () => {
    const prepared = await rig.prepare(ROLLBACK);
    const hold = rig.server.hold('patchDeployment');
    const acting = outcome(rig.platform().act(REQUEST, prepared));
    await hold.reached;
    rig.server.deploy('shop:3');
    hold.release();
    expect(await acting).toMatchObject({ code: 'upstream_unavailable' });
    expect(rig.image).toBe('shop:3');
    expect(await rig.platform().look(REQUEST, prepared, SINCE)).toMatchObject({ kind: 'unknown' });
    expect(await outcome(rig.platform().act(REQUEST, prepared))).toMatchObject(
      refused('its template was changed meanwhile'),
    );
    expect(await rig.platform().report(REQUEST, prepared, SINCE)).toMatchObject({
      kind: 'failed',
      why: 'its template was changed by somebody else',
    });
    expect(rig.server.effects).toEqual([]);
  });

  it('believes only after a while that it was not made', async () => {
    const prepared = await rig.prepare(ROLLBACK);
    rig.server.answerNext('patchDeployment', { ending: 'drop' });
    await outcome(rig.platform().act(REQUEST, prepared));
    expect(await rig.platform().look(REQUEST, prepared, SINCE)).toMatchObject({ kind: 'unknown' });
    rig.now = LATE;
    expect(await rig.platform().look(REQUEST, prepared, SINCE)).toEqual({ kind: 'not_done' });
  });

  it('waits for the rollout, and reports one that exceeds its deadline', async () => {
    await rig.restartWith({}, 'by_hand');
    const prepared = await rig.prepare(ROLLBACK);
    await rig.platform().act(REQUEST, prepared);
    const report = () => rig.platform().report(REQUEST, prepared, SINCE);
    expect(await report()).toEqual({ kind: 'pending' });
    rig.server.controller.fail();
    rig.now = LATE;
    expect(await report()).toMatchObject({ kind: 'failed', result: { success: false } });
  });

  it.each([
    ['of the first', ['shop:1'], ROLLBACK, 'no earlier template is kept'],
    ['to what is not kept', ['a', 'b'], { ...ROLLBACK, to: '9' }, 'revision 9 is not kept'],
    ['to what runs', ['a', 'b'], { ...ROLLBACK, to: '2' }, 'has the live template'],
  ])('refuses one %s', async (_, images, action, why) => {
    await rig.restartWith({ images });
    expect(await outcome(rig.platform().prepare(asking(action)))).toMatchObject(refused(why));
  });

  it('refuses while the controller has not caught up, or what was prepared is gone', async () => {
    const prepared = await rig.prepare(ROLLBACK);
    rig.server.controller.replicaSets.shift();
    expect(await outcome(rig.platform().act(REQUEST, prepared))).toMatchObject(
      refused('revision 1 is not kept any more'),
    );
    const deadlocked = rig.server.deployment;
    deadlocked.metadata.annotations = {};
    expect(await outcome(rig.platform().prepare(REQUEST))).toMatchObject(
      refused('its controller has not caught up'),
    );
    const none = { before: {}, after: null, inverse: null };
    expect(await outcome(rig.platform().act(REQUEST, none))).toMatchObject(refused('plan it anew'));
  });
});
