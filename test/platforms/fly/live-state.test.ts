import { describe, expect, it } from 'vitest';
import { type FlyMachine, flyConfig, flyMachine } from '../../support/fly/machine.js';
import { asking, FlyRig } from '../../support/fly/rig.js';
import { digestOf } from '../../support/fly/world.js';
import { RECOVERY_ID, ROLLBACK } from '../../support/vendor/rig.js';

const rig = new FlyRig();
const state = async () => rig.platform().state?.(asking(ROLLBACK));
/** When the start of the usual machine `m2`, the newer one, was. */
const STARTED = Date.UTC(2026, 2, 1) + 2 * 60_000 + 2000;
const event = (type: string, timestamp: number) => ({
  type,
  status: '',
  source: 'user',
  timestamp,
});
const machines = (...given: Partial<FlyMachine>[]) =>
  given.map((one, i) => flyMachine(i + 1, { created_at: '2026-03-01T00:00:00Z', ...one }));

describe('flyPlatform, telling what is live', () => {
  it('tells the image with its digest, the oldest machine’s version, and how many are wanted', async () => {
    await rig.restartWith({ machines: machines({}, {}) });
    expect(await state()).toEqual({
      version: `shop:2@${digestOf('shop:2')}`,
      deployment_id: '01B',
      live_from: new Date(STARTED),
      config: null,
      instances: 2,
    });
    expect(rig.operations()).toEqual(['list']);
  });

  it('takes an image that names its digest as it is', async () => {
    const config = flyConfig('registry.fly.io/shop@sha256:abc');
    await rig.restartWith({ machines: [flyMachine(1, { config })] });
    expect(await state()).toMatchObject({ version: 'registry.fly.io/shop@sha256:abc' });
  });

  it.each([{}, { digest: '' }, null])(
    'takes the image alone where Fly.io tells %j of it',
    async (image_ref) => {
      rig.server.answerNext('list', {
        body: [{ ...flyMachine(1), image_ref: image_ref ?? undefined }],
      });
      expect(await state()).toMatchObject({ version: 'shop:2' });
    },
  );

  it('has it live since the last machine that was there runs it, not since a copy was added', async () => {
    await rig.restartWith({ machines: machines({}, {}, { created_at: '2026-03-01T05:00:00Z' }) });
    expect(await state()).toMatchObject({ live_from: new Date(STARTED), instances: 3 });
  });

  it('has it live since it was given, whatever was started anew later', async () => {
    const events = [
      event('start', 900),
      event('restart', 800),
      event('start', 500),
      event('update', 400),
      event('start', 100),
    ];
    await rig.restartWith({ machines: machines({ events }) });
    expect(await state()).toMatchObject({ live_from: new Date(500) });
  });

  it('takes the first start that is told, where events do not reach back to the change', async () => {
    await rig.restartWith({
      machines: machines({ events: [event('start', 900), event('start', 500)] }),
    });
    expect(await state()).toMatchObject({ live_from: new Date(500) });
  });

  it('takes each release for a life of its own, also of the same image', async () => {
    const before = await state();
    rig.server.deploy('shop:2');
    const after = await state();
    expect(after?.version).toBe(before?.version);
    expect(after?.deployment_id).not.toBe(before?.deployment_id);
  });

  it('stays the same through a restart and a copy', async () => {
    await rig.restartWith({ machines: machines({}, {}) });
    const before = await state();
    for (const action of [{ name: 'restart' }, { name: 'scale', to: 3 }] as const) {
      const request = asking(action, { recoveryId: RECOVERY_ID });
      await rig.platform().act(request, await rig.platform().prepare(request));
    }
    expect(await state()).toEqual({ ...before, instances: 3 });
  });

  it.each([
    [
      'are stopped by need',
      { config: flyConfig('shop:2', { services: [{ autostop: 'stop' }] }) },
      null,
    ],
    [
      'are stopped by need, in the words of before',
      { config: flyConfig('shop:2', { services: [{ autostop: true }] }) },
      null,
    ],
    ['are partly stopped', { state: 'stopped' }, null],
    [
      'are never stopped',
      { config: flyConfig('shop:2', { services: [{ autostop: 'off' }, {}] }) },
      2,
    ],
  ])('tells how many are wanted where machines %s', async (_, given, instances) => {
    await rig.restartWith({ machines: machines({}, given) });
    expect(await state()).toMatchObject({ instances });
  });

  it.each<[string, Partial<FlyMachine>[]]>([
    ['a machine is on its way', [{}, { state: 'replacing' }]],
    ['they run different images', [{}, { config: flyConfig('shop:3') }]],
    ['none of them runs', [{ state: 'stopped' }, { state: 'suspended' }]],
    ['Fly.io does not tell since when', [{ events: [event('update', 5), event('start', 4)] }]],
    ['it has none', []],
  ])('tells nothing while %s', async (_, given) => {
    await rig.restartWith({ machines: machines(...given) });
    expect(await state()).toBeNull();
  });

  it('tells of more machines than could be treated one by one', async () => {
    await rig.restartWith({ machines: Array.from({ length: 25 }, (_, i) => flyMachine(i)) });
    expect(await state()).toMatchObject({ instances: 25 });
  });
});
