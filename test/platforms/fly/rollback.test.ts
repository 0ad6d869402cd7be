import { describe, expect, it } from 'vitest';
import { flyConfig, flyMachine } from '../../support/fly/machine.js';
import { asking, FlyRig } from '../../support/fly/rig.js';
import { outcome } from '../../support/vendor/outcome.js';
import { ROLLBACK, SINCE } from '../../support/vendor/rig.js';

const rig = new FlyRig();
const REQUEST = asking(ROLLBACK);
const LATE = new Date(SINCE.getTime() + 15_000);
const images = () => rig.server.machines.map(({ config }) => config.image);

describe('rollback at Fly.io', () => {
  it('fixes both ends and the way back, keeps no configuration, and changes nothing', async () => {
    expect(await rig.prepare(ROLLBACK)).toEqual({
      before: {
        image: 'shop:2',
        live_from: '2026-03-01T00:01:02.000Z',
        machines: [
          { id: 'm1', instance_id: '01B', is_started: true },
          { id: 'm2', instance_id: '01B', is_started: true },
        ],
      },
      after: {
        ...{ image: 'shop:1', proven: false },
        proven_why: 'not proven: the ledger has not seen it',
      },
      inverse: { name: 'rollback', rollback_type: 'deployment', to: 'shop:2' },
    });
    expect(rig.server.effects).toEqual([]);
  });

  it('gives each machine its own whole configuration with the earlier image, under a lease', async () => {
    const own = flyConfig('shop:2', { env: { NAME: 'second' }, mounts: [{ volume: 'vol_1' }] });
    await rig.restartWith({ machines: [flyMachine(1), flyMachine(2, { config: own })] });
    const prepared = await rig.prepare(ROLLBACK);
    expect(await rig.platform().act(REQUEST, prepared)).toMatchObject({
      success: true,
      rollback_type: 'deployment',
      from_state: { image: 'shop:2' },
      to_state: { image: 'shop:1' },
      auto_deploy: 'still on',
    });
    expect(rig.server.effects).toEqual(['update m1', 'update m2']);
    expect(rig.server.machines[1]?.config).toEqual({ ...own, image: 'shop:1' });
    expect(rig.server.leases.size).toBe(0);
    const order = rig.operations().slice(2);
    expect(order.slice(0, 7)).toEqual(['get', 'lease', 'get', 'update', 'release', 'wait', 'get']);
    expect(await rig.platform().report(REQUEST, prepared, SINCE)).toMatchObject({ kind: 'done' });
  });

  it('does not start what is stopped', async () => {
    await rig.restartWith({ machines: [flyMachine(1), flyMachine(2, { state: 'stopped' })] });
    const prepared = await rig.prepare(ROLLBACK);
    await rig.platform().act(REQUEST, prepared);
    expect(rig.server.machines.map(({ state }) => state)).toEqual(['started', 'stopped']);
    expect(images()).toEqual(['shop:1', 'shop:1']);
    expect(await rig.platform().report(REQUEST, prepared, SINCE)).toMatchObject({ kind: 'done' });
  });

  it('is put back exactly by its inverse', async () => {
    const before = rig.server.machines.map(({ config }) => structuredClone(config));
    const prepared = await rig.prepare(ROLLBACK);
    await rig.platform().act(REQUEST, prepared);
    const undo = asking(prepared.inverse ?? ROLLBACK, { byPerson: true });
    const back = await rig.platform().prepare(undo);
    await rig.platform().act(undo, back);
    expect(await rig.platform().report(undo, back, SINCE)).toMatchObject({ kind: 'done' });
    expect(rig.server.machines.map(({ config }) => config)).toEqual(before);
  });

  it('is put back where it was left half done, and only there', async () => {
    const before = rig.server.machines.map(({ config }) => structuredClone(config));
    const prepared = await rig.prepare(ROLLBACK);
    rig.server.answerNext('update', { ending: 'drop', effect: true });
    await outcome(rig.platform().act(REQUEST, prepared));
    const images = () => new Set(rig.server.machines.map(({ config }) => config.image));
    expect(images().size).toBe(2);
    const by = asking(prepared.inverse ?? ROLLBACK, { byPerson: true });
    expect(await outcome(rig.platform().prepare(by))).toMatchObject({ code: 'refused' });
    const undo = { ...by, undoes: prepared };
    const back = await rig.platform().prepare(undo);
    expect(back.before).toMatchObject({ image: prepared.after?.['image'] });
    rig.server.effects.length = 0;
    await rig.platform().act(undo, back);
    expect(rig.server.effects).toEqual(['update m1']);
    expect(await rig.platform().report(undo, back, SINCE)).toMatchObject({ kind: 'done' });
    expect(rig.server.machines.map(({ config }) => config)).toEqual(before);
    expect(await outcome(rig.platform().prepare(undo))).toMatchObject({
      code: 'refused',
      message: expect.stringContaining('runs already'),
    });
  });

  it.each([
    ['nothing', { ending: 'drop', effect: true }],
    ['500', { status: 500, effect: true }],
  ] as const)('changes no machine twice after %s', async (_, answer) => {
    const prepared = await rig.prepare(ROLLBACK);
    rig.server.answerNext('update', answer);
    expect(await outcome(rig.platform().act(REQUEST, prepared))).toMatchObject({
      code: 'upstream_unavailable',
    });
    expect(rig.server.effects).toEqual(['update m1']);
    rig.now = LATE;
    expect(await rig.platform().look(REQUEST, prepared, SINCE)).toEqual({
      kind: 'partly',
      why: '1 of 2 machines are done',
    });
    await rig.platform().act(REQUEST, prepared);
    expect(rig.server.effects).toEqual(['update m1', 'update m2']);
    expect(await rig.platform().look(REQUEST, prepared, SINCE)).toMatchObject({ kind: 'done' });
  });

  it('waits for whoever holds a lease, and does not mind a lease that it cannot give back', async () => {
    const prepared = await rig.prepare(ROLLBACK);
    rig.server.leases.set('m1', 'somebody');
    expect(await outcome(rig.platform().act(REQUEST, prepared))).toMatchObject({
      code: 'upstream_unavailable',
    });
    rig.server.leases.clear();
    rig.server.answerNext('release', { status: 500 });
    await rig.platform().act(REQUEST, prepared);
    expect(rig.server.effects).toEqual(['update m1', 'update m2']);
  });

  it('waits for a machine that comes up slowly', async () => {
    await rig.restartWith({}, 'by_hand');
    const prepared = await rig.prepare(ROLLBACK);
    expect(await outcome(rig.platform().act(REQUEST, prepared))).toMatchObject({
      message: 'shop: machine m1 has not started yet',
    });
    rig.now = LATE;
    const look = () => rig.platform().look(REQUEST, prepared, SINCE);
    expect(await look()).toMatchObject({ kind: 'unknown', why: 'machine m1 is on its way' });
    expect(await rig.platform().report(REQUEST, prepared, SINCE)).toEqual({ kind: 'pending' });
    rig.server.settle();
    expect(await look()).toEqual({ kind: 'partly', why: '1 of 2 machines are done' });
  });

  it('touches nothing that somebody else has changed since', async () => {
    const prepared = await rig.prepare(ROLLBACK);
    const [first] = rig.server.machines;
    if (first === undefined) throw new Error('there is no machine');
    first.instance_id = '01C';
    first.config = flyConfig('shop:3');
    expect(await outcome(rig.platform().act(REQUEST, prepared))).toMatchObject({
      code: 'refused',
      message: 'shop (shop): machine m1 was changed meanwhile',
    });
    expect(await rig.platform().look(REQUEST, prepared, SINCE)).toMatchObject({ kind: 'unknown' });
    expect(await rig.platform().report(REQUEST, prepared, SINCE)).toMatchObject({
      kind: 'failed',
      result: { success: false },
    });
    expect(rig.server.effects).toEqual([]);
  });

  it('sees under the lease that somebody was faster', async () => {
    const prepared = await rig.prepare(ROLLBACK);
    const hold = rig.server.hold('lease');
    const acting = outcome(rig.platform().act(REQUEST, prepared));
    await hold.reached;
    const [first] = rig.server.machines;
    if (first === undefined) throw new Error('there is no machine');
    first.instance_id = '01C';
    first.config = flyConfig('shop:3');
    hold.release();
    expect(await acting).toMatchObject({ code: 'refused' });
    expect(rig.server.effects).toEqual([]);
    expect(images()).toEqual(['shop:3', 'shop:2']);
  });

  it.each([
    ['to an image that is not known', { ...ROLLBACK, to: 'shop:9' }, 'shop:9 is not among'],
  ])('refuses one %s', async (_, action, why) => {
    expect(await outcome(rig.platform().prepare(asking(action)))).toMatchObject({
      code: 'refused',
      message: expect.stringContaining(why),
    });
  });
});
