import { describe, expect, it } from 'vitest';
import type { Action } from '../../../lib/domain/decide/action.js';
import { Template } from '../../../lib/platforms/kubernetes/answers.js';
import { templateKey } from '../../../lib/platforms/kubernetes/template-key.js';
import type { ActionRequest, LedgerState } from '../../../lib/platforms/platform.js';
import { autoscalerObject, podTemplate } from '../../support/kubernetes/objects.js';
import { asking, KubernetesRig } from '../../support/kubernetes/rig.js';
import { ledgerState, rollbackTo } from '../../support/ledger-state.js';
import { SINCE } from '../../support/vendor/rig.js';

const rig = new KubernetesRig();
const refused = (why: string) => ({ code: 'refused', message: expect.stringContaining(why) });

/** What the ledger knows of a template. */
const known = (image: string, changes: Partial<LedgerState> = {}): LedgerState =>
  ledgerState(`1-${image}`, templateKey(Template.parse(podTemplate(image))), changes);

const wished = () => structuredClone(rig.server.deployment.spec);

/** Carry an action out, and its inverse after it. */
async function thereAndBack(action: Action, given: Partial<ActionRequest>) {
  const prepared = await rig.prepare(action, given);
  const request = asking(action, given);
  await rig.platform().act(request, prepared);
  expect(await rig.platform().report(request, prepared, SINCE)).toMatchObject({ kind: 'done' });
  const there = wished();
  const undo = asking(prepared.inverse ?? action, { undoes: prepared, byPerson: true });
  const back = await rig.platform().prepare(undo);
  await rig.platform().act(undo, back);
  expect(await rig.platform().report(undo, back, SINCE)).toMatchObject({ kind: 'done' });
  return there;
}

describe('rollback of the configuration in a cluster', () => {
  const CONFIG = rollbackTo('config');

  it('goes back to the settings that the live images had, and leads back exactly', async () => {
    rig.server.deploy('shop:2', 'another-secret');
    const before = wished();
    expect(await rig.prepare(CONFIG)).toMatchObject({
      before: { revision: 3, images: ['shop:2'] },
      after: { revision: 2, images: ['shop:2'] },
      inverse: { name: 'rollback', rollback_type: 'config', to: '3' },
    });
    const there = await thereAndBack(CONFIG, {});
    expect(there.template).toEqual(podTemplate('shop:2'));
    expect(wished()).toEqual(before);
    expect(rig.server.effects).toEqual(['patchDeployment', 'patchDeployment']);
  });

  it('takes the settings that are proven, past those that are not', async () => {
    rig.server.deploy('shop:2', 'another-secret');
    rig.server.deploy('shop:2', 'a-third-secret');
    expect(await rig.prepare(CONFIG, { known: [known('shop:2')] })).toMatchObject({
      after: { revision: 2, proven: true },
    });
  });

  it('is refused where settings came only with other images', async () => {
    await expect(rig.prepare(CONFIG)).rejects.toMatchObject(
      refused('no other template of the live images is kept'),
    );
    await expect(rig.prepare(rollbackTo('config', '1'))).rejects.toMatchObject(
      refused('revision 1 runs other images'),
    );
    expect(rig.server.effects).toEqual([]);
  });

  it.each([
    ['an init container', (image: string) => ({ initContainers: [{ name: 'init', image }] })],
    ['a volume', (image: string) => ({ volumes: [{ name: 'v', image: { reference: image } }] })],
  ])('takes the image of %s for more than a setting', async (_, part) => {
    const put = (tag: string, value: string) => {
      const { metadata, spec } = podTemplate('shop:3', value);
      rig.server.deployment.spec.template = { metadata, spec: { ...spec, ...part(tag) } };
      rig.server.deployment.metadata.generation += 1;
      rig.server.controller.reconcile();
    };
    put('tool:1', 'a');
    put('tool:2', 'b');
    await expect(rig.prepare(CONFIG)).rejects.toMatchObject(refused('no other template'));
    put('tool:2', 'c');
    expect(await rig.prepare(CONFIG)).toMatchObject({ after: { revision: 4 } });
  });
});

describe('rollback of the whole state in a cluster', () => {
  const WHOLE = rollbackTo('previous_state');
  const BEFORE = [known('shop:1', { instances: 5 })];

  it('brings template and pods back by one call, and leads back exactly', async () => {
    const before = wished();
    const there = await thereAndBack(WHOLE, { known: BEFORE });
    expect(there).toMatchObject({ replicas: 5, template: podTemplate('shop:1') });
    expect(wished()).toEqual(before);
    expect(rig.server.effects).toEqual(['patchDeployment', 'patchDeployment']);
  });

  it('takes the number that was seen last with that template', async () => {
    const states = [
      known('shop:1', { instances: 3, lastSeen: new Date(1000) }),
      known('shop:1', { instances: 9, lastSeen: new Date(500) }),
      known('shop:1', { instances: null, lastSeen: new Date(2000) }),
    ];
    expect(await rig.prepare(WHOLE, { known: states })).toMatchObject({
      before: { instances: 2 },
      after: { instances: 3 },
    });
  });

  it('takes the number of a state that was proven, not that of one to which incidents were blamed', async () => {
    const states = [
      known('shop:1', { instances: 1, standing: 'bad', lastSeen: new Date(1000) }),
      known('shop:1', { instances: 5 }),
    ];
    expect(await rig.prepare(WHOLE, { known: states })).toMatchObject({ after: { instances: 5 } });
    const [bad] = states;
    const uncounted = [known('shop:1', { instances: null }), ...(bad === undefined ? [] : [bad])];
    await expect(rig.prepare(WHOLE, { known: uncounted })).rejects.toMatchObject(
      refused('how many pods that state had is not known'),
    );
  });

  it('leads back, too, where the autoscaler that had the say is gone', async () => {
    rig.server.autoscalers.push(autoscalerObject('shop'));
    const before = wished();
    const prepared = await rig.prepare(WHOLE, { known: BEFORE });
    await rig.platform().act(asking(WHOLE, { known: BEFORE }), prepared);
    rig.server.autoscalers.length = 0;
    const undo = asking(prepared.inverse ?? WHOLE, { undoes: prepared, byPerson: true });
    await rig.platform().act(undo, await rig.platform().prepare(undo));
    expect(wished()).toEqual(before);
  });

  it('leaves the number alone that somebody has set since, when it is undone', async () => {
    const { template } = wished();
    const prepared = await rig.prepare(WHOLE, { known: BEFORE });
    await rig.platform().act(asking(WHOLE, { known: BEFORE }), prepared);
    rig.server.deployment.spec.replicas = 8;
    rig.server.controller.reconcile();
    const undo = asking(prepared.inverse ?? WHOLE, { undoes: prepared, byPerson: true });
    await rig.platform().act(undo, await rig.platform().prepare(undo));
    expect(wished()).toMatchObject({ replicas: 8, template });
  });

  it('leaves the number to an autoscaler', async () => {
    rig.server.autoscalers.push(autoscalerObject('shop'));
    const there = await thereAndBack(WHOLE, { known: BEFORE });
    expect(there.replicas).toBe(2);
  });

  it.each([
    ['is not proven', [known('shop:1', { standing: 'unproven' })], 'no known state is proven'],
    ['was never seen', [], 'no known state is proven'],
    [
      'had nobody knows how many pods',
      [known('shop:1', { instances: null })],
      'how many pods that state had is not known',
    ],
  ] as const)('is refused where what it would go to %s', async (_, states, why) => {
    await expect(rig.prepare(WHOLE, { known: states })).rejects.toMatchObject(refused(why));
    const named = rollbackTo('previous_state', '1');
    const given = { byPerson: true, known: [known('shop:1', { standing: 'unproven' })] };
    expect(await rig.prepare(named, given)).toMatchObject({ after: { revision: 1, instances: 2 } });
  });

  it('is not carried out where somebody has changed the number meanwhile', async () => {
    const prepared = await rig.prepare(WHOLE, { known: BEFORE });
    rig.server.deployment.spec.replicas = 3;
    const request = asking(WHOLE, { known: BEFORE });
    await expect(rig.platform().act(request, prepared)).rejects.toMatchObject(
      refused('its number of pods was changed meanwhile, to 3'),
    );
    expect(rig.server.effects).toEqual([]);
  });

  it('is not carried out where an autoscaler has got the say meanwhile', async () => {
    const prepared = await rig.prepare(WHOLE, { known: BEFORE });
    rig.server.autoscalers.push(autoscalerObject('shop'));
    await expect(
      rig.platform().act(asking(WHOLE, { known: BEFORE }), prepared),
    ).rejects.toMatchObject(refused('an autoscaler has the say'));
    expect(rig.server.effects).toEqual([]);
  });

  it('does not take the template alone for the whole, where somebody has put it back', async () => {
    const prepared = await rig.prepare(WHOLE, { known: BEFORE });
    rig.server.deployment.spec.template = podTemplate('shop:1');
    await expect(
      rig.platform().act(asking(WHOLE, { known: BEFORE }), prepared),
    ).rejects.toMatchObject(refused('its template was changed meanwhile'));
    expect(rig.server.effects).toEqual([]);
  });

  it('finds itself when its answer is lost, and is not repeated', async () => {
    const prepared = await rig.prepare(WHOLE, { known: BEFORE });
    const request = asking(WHOLE, { known: BEFORE });
    rig.server.answerNext('patchDeployment', { ending: 'drop', effect: true });
    await expect(rig.platform().act(request, prepared)).rejects.toThrow();
    expect(await rig.platform().look(request, prepared, SINCE)).toMatchObject({
      kind: 'done',
    });
    expect(wished().replicas).toBe(5);
    expect(rig.server.effects).toEqual(['patchDeployment']);
  });
});
