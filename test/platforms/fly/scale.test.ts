import { describe, expect, it } from 'vitest';
import { flyConfig, flyMachine } from '../../support/fly/machine.js';
import { asking, FlyRig } from '../../support/fly/rig.js';
import { outcome } from '../../support/vendor/outcome.js';
import { RECOVERY_ID, SINCE } from '../../support/vendor/rig.js';

const rig = new FlyRig();
const to = (count: number) => ({ name: 'scale', to: count }) as const;
const LATE = new Date(SINCE.getTime() + 15_000);
const names = () => rig.server.machines.map(({ name }) => name);

describe('scale at Fly.io', () => {
  it('adds copies under names that follow from the recovery, and stores the way back', async () => {
    const prepared = await rig.prepare(to(4));
    expect(prepared).toMatchObject({
      before: { instances: 2 },
      inverse: { name: 'scale', to: 2 },
    });
    expect(await rig.platform().act(asking(to(4)), prepared)).toMatchObject({
      success: true,
      from_state: { instances: 2 },
      to_state: { instances: 4 },
    });
    expect(names().slice(2)).toEqual([`forestall-${RECOVERY_ID}-1`, `forestall-${RECOVERY_ID}-2`]);
    expect(rig.server.machines[3]?.config).toEqual(flyConfig('shop:2'));
    expect(await rig.platform().report(asking(to(4)), prepared, SINCE)).toMatchObject({
      kind: 'done',
    });
  });

  it('is put back exactly by its inverse', async () => {
    const before = names();
    const prepared = await rig.prepare(to(4));
    await rig.platform().act(asking(to(4)), prepared);
    const undo = asking(prepared.inverse ?? to(2), { byPerson: true });
    const back = await rig.platform().prepare(undo);
    await rig.platform().act(undo, back);
    expect(names()).toEqual(before);
    expect(await rig.platform().report(undo, back, SINCE)).toMatchObject({ kind: 'done' });
  });

  it.each([
    ['nothing', { ending: 'drop', effect: true }],
    ['503', { status: 503, effect: true }],
  ] as const)('adds no machine twice after %s', async (_, answer) => {
    const prepared = await rig.prepare(to(4));
    rig.server.answerNext('create', answer);
    await outcome(rig.platform().act(asking(to(4)), prepared));
    const look = () => rig.platform().look(asking(to(4)), prepared, SINCE);
    expect(await look()).toMatchObject({ kind: 'unknown' });
    rig.now = LATE;
    expect(await look()).toEqual({ kind: 'not_done' });
    await rig.platform().act(asking(to(4)), prepared);
    expect(names()).toHaveLength(4);
    expect(await look()).toMatchObject({ kind: 'done' });
  });

  it('removes none twice', async () => {
    await rig.platform().act(asking(to(3)), await rig.prepare(to(3)));
    const prepared = await rig.prepare(to(2));
    rig.server.answerNext('destroy', { ending: 'drop', effect: true });
    await outcome(rig.platform().act(asking(to(2)), prepared));
    expect(await rig.platform().look(asking(to(2)), prepared, SINCE)).toMatchObject({
      kind: 'done',
    });
    await rig.platform().act(asking(to(2)), prepared);
    expect(rig.server.effects).toEqual(['create new3', 'destroy new3']);
  });

  it('is pending until what was added runs', async () => {
    await rig.restartWith({}, 'by_hand');
    const prepared = await rig.prepare(to(3));
    await rig.platform().act(asking(to(3)), prepared);
    const report = () => rig.platform().report(asking(to(3)), prepared, SINCE);
    expect(await report()).toEqual({ kind: 'pending' });
    rig.server.settle();
    expect(await report()).toMatchObject({ kind: 'done' });
  });

  it.each([
    ['below what the team has made', [flyMachine(1), flyMachine(2)], 1, '0 of 2'],
    [
      'where machines have volumes',
      [flyMachine(1, { config: flyConfig('a', { mounts: [{}] }) })],
      2,
      'volumes',
    ],
    ['where some are stopped', [flyMachine(1), flyMachine(2, { state: 'stopped' })], 3, 'by need'],
  ])('is refused %s', async (_, machines, count, why) => {
    await rig.restartWith({ machines });
    expect(await outcome(rig.platform().prepare(asking(to(count))))).toMatchObject({
      code: 'refused',
      message: expect.stringContaining(why),
    });
    expect(rig.server.effects).toEqual([]);
  });

  it('is a person’s alone where Fly.io stops machines by need', async () => {
    const config = flyConfig('shop:2', { services: [{ internal_port: 80, autostop: 'stop' }] });
    await rig.restartWith({ machines: [flyMachine(1, { config }), flyMachine(2, { config })] });
    expect(await outcome(rig.platform().prepare(asking(to(3))))).toMatchObject({
      code: 'refused',
      message: expect.stringContaining('only a person may add any'),
    });
    const asked = asking(to(3), { byPerson: true });
    await rig.platform().act(asked, await rig.platform().prepare(asked));
    expect(rig.server.machines.map((machine) => machine.config)).toEqual([config, config, config]);
  });

  it('does nothing without what was stored, or when the machine to copy is gone', async () => {
    const none = { before: {}, after: null, inverse: null };
    expect(await outcome(rig.platform().act(asking(to(3)), none))).toMatchObject({
      message: expect.stringContaining('plan it anew'),
    });
    const prepared = await rig.prepare(to(3));
    rig.server.machines.shift();
    expect(await outcome(rig.platform().act(asking(to(3)), prepared))).toMatchObject({
      message: 'shop (shop): machine m1 is gone',
    });
    expect(rig.server.effects).toEqual([]);
  });
});
