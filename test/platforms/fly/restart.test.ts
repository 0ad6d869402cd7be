import { describe, expect, it } from 'vitest';
import { flyConfig, flyMachine } from '../../support/fly/machine.js';
import { asking, FlyRig } from '../../support/fly/rig.js';
import { outcome } from '../../support/vendor/outcome.js';
import { SINCE } from '../../support/vendor/rig.js';

const rig = new FlyRig();
const RESTART = { name: 'restart' } as const;
const REQUEST = asking(RESTART);
const LATE = new Date(SINCE.getTime() + 15_000);

describe('restart at Fly.io', () => {
  it('restarts one machine after another, each once the one before runs', async () => {
    const prepared = await rig.prepare(RESTART);
    expect(await rig.platform().act(REQUEST, prepared)).toMatchObject({
      success: true,
      service_id: 'shop',
      component: 'shop',
      status_code: 200,
      instances: ['m1', 'm2'],
    });
    expect(rig.server.effects).toEqual(['restart m1', 'restart m2']);
    const order = rig.server.calls.map(({ operation, path }) => `${operation} ${path.slice(23)}`);
    expect(order.indexOf('wait m1/wait')).toBeLessThan(order.indexOf('restart m2/restart'));
    expect(await rig.platform().report(REQUEST, prepared, SINCE)).toMatchObject({
      kind: 'done',
      result: { success: true },
    });
  });

  it('restarts one machine that is named, and none where there is no such one', async () => {
    const one = { name: 'restart', instance: 'm2' } as const;
    await rig.platform().act(asking(one), await rig.prepare(one));
    expect(rig.server.effects).toEqual(['restart m2']);
    const gone = asking({ name: 'restart', instance: 'gone' });
    expect(await outcome(rig.platform().prepare(gone))).toMatchObject({
      code: 'refused',
      message: expect.stringContaining('it has no machine gone'),
    });
  });

  it('leaves alone what is stopped, and other process groups', async () => {
    const worker = flyConfig('shop:2', { metadata: { fly_process_group: 'worker' } });
    const machines = [
      flyMachine(1),
      flyMachine(2, { state: 'stopped' }),
      flyMachine(3, { config: worker }),
    ];
    await rig.restartWith({ machines });
    await rig.platform().act(REQUEST, await rig.prepare(RESTART));
    expect(rig.server.effects).toEqual(['restart m1']);
  });

  it('starts what is stopped where nothing runs, and restarts one alone where it is named', async () => {
    await rig.restartWith({ machines: [flyMachine(1, { state: 'stopped' })] });
    const given = { byPerson: true };
    await rig.platform().act(asking(RESTART, given), await rig.prepare(RESTART, given));
    expect(rig.server.effects).toEqual(['start m1']);
    await rig.restartWith({});
    const one = { ...RESTART, instance: 'm2' };
    await rig.platform().act(asking(one), await rig.prepare(one));
    expect(rig.server.effects).toEqual(['restart m2']);
  });

  const exit = (timestamp: number, requested?: boolean) => ({
    ...{ type: 'exit', status: 'stopped', source: 'flyd', timestamp },
    ...(requested === undefined ? {} : { request: { exit_event: { requested_stop: requested } } }),
  });

  it.each([
    ['was stopped by somebody', [exit(2, true), exit(1, false)]],
    ['nobody tells who has stopped', [exit(2)]],
    ['has no exit left to tell of', []],
  ])('does not start by itself what %s', async (_, events) => {
    await rig.restartWith({ machines: [flyMachine(1, { state: 'stopped', events })] });
    expect(await outcome(rig.platform().prepare(REQUEST))).toMatchObject({
      code: 'refused',
      message: expect.stringContaining('only a person may start them'),
    });
    // The hourly look is not about whether it is stopped just now, as one without traffic is.
    expect(await rig.prepare(RESTART, { onlyLook: true })).toMatchObject({
      before: { machines: [{ id: 'm1', how: 'start' }] },
    });
  });

  it('starts by itself what has ended by itself, and that alone', async () => {
    const machines = [
      flyMachine(1, { state: 'stopped', events: [exit(1, true), exit(2, false)] }),
      flyMachine(2, { state: 'stopped', events: [exit(2, true)] }),
    ];
    await rig.restartWith({ machines });
    await rig.platform().act(REQUEST, await rig.prepare(RESTART));
    expect(rig.server.effects).toEqual(['start m1']);
  });

  it('refuses while every machine is on its way, or nothing was stored', async () => {
    await rig.restartWith({ machines: [flyMachine(1, { state: 'replacing' })] });
    expect(await outcome(rig.platform().prepare(REQUEST))).toMatchObject({
      code: 'refused',
      message: expect.stringContaining('no machine is started or stopped'),
    });
    const none = { before: {}, after: null, inverse: null };
    for (const step of ['act', 'look', 'report'] as const) {
      expect(await outcome(rig.platform()[step](REQUEST, none, SINCE))).toMatchObject({
        code: 'refused',
        message: expect.stringContaining('plan it anew'),
      });
    }
    expect(rig.server.effects).toEqual([]);
  });

  it.each([
    ['nothing', { ending: 'drop', effect: true }],
    ['503', { status: 503, effect: true }],
  ] as const)('restarts no machine twice after %s', async (_, answer) => {
    const prepared = await rig.prepare(RESTART);
    rig.server.answerNext('restart', answer);
    expect(await outcome(rig.platform().act(REQUEST, prepared))).toMatchObject({
      code: 'upstream_unavailable',
    });
    expect(rig.server.effects).toEqual(['restart m1']);
    const look = () => rig.platform().look(REQUEST, prepared, SINCE);
    expect(await look()).toMatchObject({ kind: 'unknown' });
    rig.now = LATE;
    expect(await look()).toEqual({ kind: 'partly', why: '1 of 2 machines are done' });
    await rig.platform().act(REQUEST, prepared);
    expect(await look()).toMatchObject({ kind: 'done', result: { status_code: null } });
    expect(rig.server.effects).toEqual(['restart m1', 'restart m2']);
  });

  it('finds that all was done when the last answer was lost', async () => {
    await rig.restartWith({ machines: [flyMachine(1)] });
    const prepared = await rig.prepare(RESTART);
    rig.server.answerNext('restart', { ending: 'drop', effect: true });
    await outcome(rig.platform().act(REQUEST, prepared));
    expect(await rig.platform().look(REQUEST, prepared, SINCE)).toMatchObject({ kind: 'done' });
    expect(rig.server.effects).toEqual(['restart m1']);
  });

  it('waits for a machine that comes up slowly, and goes on to the next only then', async () => {
    await rig.restartWith({}, 'by_hand');
    const prepared = await rig.prepare(RESTART);
    expect(await outcome(rig.platform().act(REQUEST, prepared))).toMatchObject({
      code: 'upstream_unavailable',
      message: 'shop: machine m1 has not started yet',
      retryAfterS: 15,
    });
    rig.now = LATE;
    expect(await rig.platform().look(REQUEST, prepared, SINCE)).toEqual({
      kind: 'unknown',
      why: 'machine m1 is on its way',
    });
    expect(await rig.platform().report(REQUEST, prepared, SINCE)).toEqual({ kind: 'pending' });
    rig.server.settle();
    expect(await rig.platform().look(REQUEST, prepared, SINCE)).toEqual({
      kind: 'partly',
      why: '1 of 2 machines are done',
    });
    await outcome(rig.platform().act(REQUEST, prepared));
    expect(rig.server.effects).toEqual(['restart m1', 'restart m2']);
    rig.server.settle();
    expect(await rig.platform().look(REQUEST, prepared, SINCE)).toMatchObject({ kind: 'done' });
  });

  it('leaves to the next attempt what does not fit into one', async () => {
    const prepared = await rig.prepare(RESTART);
    let nowMs = SINCE.getTime();
    const slow = rig.platform({
      now: () => {
        nowMs += 3000;
        return new Date(nowMs);
      },
    });
    expect(await outcome(slow.act(REQUEST, prepared))).toMatchObject({
      code: 'upstream_unavailable',
      message: 'shop: 1 of 2 machines are done',
    });
    rig.now = LATE;
    expect(await rig.platform().look(REQUEST, prepared, SINCE)).toEqual({
      kind: 'partly',
      why: '1 of 2 machines are done',
    });
    await rig.platform().act(REQUEST, prepared);
    expect(rig.server.effects).toEqual(['restart m1', 'restart m2']);
  });

  it('cannot tell where a machine is gone', async () => {
    const prepared = await rig.prepare(RESTART);
    rig.server.machines.pop();
    rig.now = LATE;
    expect(await rig.platform().look(REQUEST, prepared, SINCE)).toMatchObject({ kind: 'unknown' });
  });
});
