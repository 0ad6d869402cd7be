import { describe, expect, it } from 'vitest';
import type { Action } from '../../../lib/domain/decide/action.js';
import type { ActionRequest } from '../../../lib/platforms/platform.js';
import { flyConfig, flyMachine } from '../../support/fly/machine.js';
import { asking, FlyRig } from '../../support/fly/rig.js';
import { digestOf } from '../../support/fly/world.js';
import { ledgerState, rollbackTo } from '../../support/ledger-state.js';
import { outcome } from '../../support/vendor/outcome.js';
import { SINCE } from '../../support/vendor/rig.js';

const rig = new FlyRig();
const LATE = new Date(SINCE.getTime() + 15_000);
const refused = (why: string) => ({ code: 'refused', message: expect.stringContaining(why) });

const CONFIG = rollbackTo('config');
const WHOLE = rollbackTo('previous_state');

/** As the ledger tells an image that Fly.io has found here. */
const found = (image: string): string => `${image}@${digestOf(image)}`;

const wished = () => rig.server.machines.map(({ config }) => structuredClone(config));
const versionNow = () => rig.server.machines[0]?.instance_id ?? '';

async function carryOut(request: ActionRequest): Promise<void> {
  const prepared = await rig.platform().prepare(request);
  await rig.platform().act(request, prepared);
  expect(await rig.platform().report(request, prepared, SINCE)).toMatchObject({ kind: 'done' });
}

/** Carry an action out, and its inverse after it; answers what stood in between. */
async function thereAndBack(action: Action, given: Partial<ActionRequest>) {
  const prepared = await rig.platform().prepare(asking(action, given));
  await rig.platform().act(asking(action, given), prepared);
  const there = wished();
  await carryOut(asking(prepared.inverse ?? action, { undoes: prepared, byPerson: true }));
  return there;
}

describe('rollback of the variables at Fly.io', () => {
  it('changes what differs in each machine, keeps what is its own, and leads back exactly', async () => {
    const own = flyConfig('shop:2', { env: { PRIMARY_REGION: 'fra', NAME: 'second' } });
    await rig.restartWith({ machines: [flyMachine(1), flyMachine(2, { config: own })] });
    rig.server.deploy('shop:2', { POOL: 'secret-90', DEBUG: 'secret-on' });
    const before = wished();
    const prepared = await rig.platform().prepare(asking(CONFIG));
    expect(prepared).toMatchObject({
      before: { image: 'shop:2', config: { DEBUG: '***', POOL: '***' } },
      after: { image: 'shop:2', config: { DEBUG: null, POOL: null } },
      inverse: { name: 'rollback', rollback_type: 'config', to: versionNow() },
    });
    const { secret: _, ...plain } = prepared;
    expect(JSON.stringify(plain)).not.toContain('secret-');
    const there = await thereAndBack(CONFIG, {});
    expect(there).toEqual([flyConfig('shop:2'), own]);
    expect(wished()).toEqual(before);
    expect(rig.server.effects).toEqual(['update m1', 'update m2', 'update m1', 'update m2']);
  });

  it('takes those that are proven, past those that are not', async () => {
    rig.server.deploy('shop:2', { POOL: '20' });
    const proven = versionNow();
    rig.server.deploy('shop:2', { POOL: '50' });
    rig.server.deploy('shop:2', { POOL: '90' });
    const states = [ledgerState(proven, found('shop:2'))];
    await carryOut(asking(CONFIG, { known: states }));
    expect(wished()[0]?.env).toEqual({ PRIMARY_REGION: 'fra', POOL: '20' });
  });

  it('goes to none with a bad record, nor to what somebody has left by going back', async () => {
    rig.server.deploy('shop:2', { POOL: '20' });
    const bad = versionNow();
    rig.server.deploy('shop:2', { POOL: '90' });
    const states = [ledgerState(bad, found('shop:2'), { standing: 'bad' })];
    const given = { known: states };
    await expect(rig.prepare(rollbackTo('config', bad), given)).rejects.toMatchObject(
      refused('only a person may name it'),
    );
    await carryOut(asking(CONFIG, given));
    expect(wished()[0]?.env).toEqual({ PRIMARY_REGION: 'fra' });
    await expect(rig.prepare(CONFIG, given)).rejects.toMatchObject(
      refused('what runs is itself a rollback'),
    );
  });

  it('is refused where the ledger saw the tag mean another image then', async () => {
    const moved = ledgerState('01B', 'shop:2@sha256:another');
    rig.server.deploy('shop:2', { POOL: '90' });
    await expect(rig.prepare(CONFIG, { known: [moved] })).rejects.toMatchObject(
      refused('no other variables of the live image'),
    );
    const named = rig.prepare(rollbackTo('config', '01B'), { known: [moved], byPerson: true });
    await expect(named).rejects.toMatchObject(refused('no version of it with the live image'));
  });

  it.each([
    ['other images alone', CONFIG, 'no other variables of the live image'],
    ['a version of another image', rollbackTo('config', '01A'), 'no version of it'],
    ['the live version', rollbackTo('config', '01B'), 'set already'],
  ])('is refused where there is %s', async (_, action, why) => {
    await expect(rig.prepare(action)).rejects.toMatchObject(refused(why));
    expect(rig.server.effects).toEqual([]);
  });

  it('is refused where machines do not set alike what it would change', async () => {
    rig.server.deploy('shop:2', { POOL: '90' });
    const [, second] = rig.server.machines;
    if (second !== undefined) second.config = flyConfig('shop:2', { env: { POOL: '10' } });
    await expect(rig.prepare(CONFIG)).rejects.toMatchObject(
      refused('machine m2 has variables of its own: POOL are not set alike'),
    );
  });

  it('is refused while a machine moves, or they run different images', async () => {
    rig.server.deploy('shop:2', { POOL: '90' });
    const [, second] = rig.server.machines;
    if (second === undefined) throw new Error('there are two machines');
    second.state = 'replacing';
    await expect(rig.prepare(CONFIG)).rejects.toMatchObject(refused('in progress (replacing)'));
    second.state = 'started';
    second.config = flyConfig('shop:3');
    await expect(rig.prepare(CONFIG)).rejects.toMatchObject(refused('different images'));
  });

  it('goes on where it was left half done, and its undo takes back only what was done', async () => {
    rig.server.deploy('shop:2', { POOL: '90' });
    const before = wished();
    const request = asking(CONFIG);
    const prepared = await rig.platform().prepare(request);
    rig.server.answerNext('update', { ending: 'drop', effect: true });
    await outcome(rig.platform().act(request, prepared));
    rig.now = LATE;
    expect(await rig.platform().look(request, prepared, SINCE)).toMatchObject({ kind: 'partly' });
    await carryOut(asking(prepared.inverse ?? CONFIG, { undoes: prepared, byPerson: true }));
    expect(wished()).toEqual(before);
    expect(rig.server.effects).toEqual(['update m1', 'update m1']);
  });

  it('changes nothing where somebody has changed a machine meanwhile', async () => {
    rig.server.deploy('shop:2', { POOL: '90' });
    const request = asking(CONFIG);
    const prepared = await rig.platform().prepare(request);
    rig.server.deploy('shop:2', { POOL: '70' });
    await expect(rig.platform().act(request, prepared)).rejects.toMatchObject(
      refused('machine m1 was changed meanwhile'),
    );
    expect(rig.server.effects).toEqual([]);
  });

  it('does not start what Fly.io has stopped meanwhile, nor wait for it', async () => {
    const config = flyConfig('shop:2', { services: [{ autostop: 'suspend' }] });
    await rig.restartWith({ machines: [flyMachine(1, { config }), flyMachine(2, { config })] });
    rig.server.deploy('shop:2', { POOL: '90' });
    const request = asking(rollbackTo('config', '01B'));
    const prepared = await rig.platform().prepare(request);
    const [first, second] = rig.server.machines;
    if (first === undefined || second === undefined) throw new Error('there are two machines');
    second.state = 'suspended';
    await rig.platform().act(request, prepared);
    expect(second.state).toBe('suspended');
    first.state = 'stopped';
    const reported = await rig.platform().report(request, prepared, SINCE);
    expect(reported).toMatchObject({ kind: 'done' });
    expect(wished().map(({ env }) => env)).toEqual([
      { PRIMARY_REGION: 'fra' },
      { PRIMARY_REGION: 'fra' },
    ]);
  });

  it('changes nothing of a machine that was destroyed meanwhile, and says so', async () => {
    rig.server.deploy('shop:2', { POOL: '90' });
    const prepared = await rig.platform().prepare(asking(CONFIG));
    const [first] = rig.server.machines;
    if (first !== undefined) first.state = 'destroyed';
    await expect(rig.platform().act(asking(CONFIG), prepared)).rejects.toMatchObject(
      refused('machine m1 was changed meanwhile'),
    );
    expect(rig.server.effects).toEqual([]);
  });

  it('does not call whole what was added meanwhile with what was left', async () => {
    rig.server.deploy('shop:2', { POOL: '90' });
    const request = asking(CONFIG);
    const prepared = await rig.platform().prepare(request);
    const config = flyConfig('shop:2', { env: { POOL: '90' } });
    rig.server.machines.push(flyMachine(3, { config }));
    await rig.platform().act(request, prepared);
    expect(await rig.platform().report(request, prepared, SINCE)).toMatchObject({
      kind: 'failed',
      why: 'machine m3 was added with what was left',
    });
    await carryOut(asking(prepared.inverse ?? CONFIG, { undoes: prepared, byPerson: true }));
    expect(wished().map(({ env }) => env['POOL'])).toEqual(['90', '90', '90']);
  });

  it('leaves alone what would lose a variable on its way', async () => {
    const env = JSON.parse('{"PRIMARY_REGION": "fra", "__proto__": "mine"}');
    const config = flyConfig('shop:2', { env });
    await rig.restartWith({ machines: [flyMachine(1, { config })] });
    await expect(rig.prepare(CONFIG)).rejects.toThrow('unknown shape');
    await expect(rig.prepare(rollbackTo('deployment'))).rejects.toThrow('unknown shape');
    expect(rig.server.effects).toEqual([]);
  });

  it('does not take back what it cannot know any more', async () => {
    rig.server.deploy('shop:2', { POOL: '90' });
    const { secret: _, ...plain } = await rig.platform().prepare(asking(CONFIG));
    const undo = rig.prepare(CONFIG, { undoes: plain, byPerson: true });
    await expect(undo).rejects.toMatchObject(refused('what it has changed is not kept'));
  });

  it('does nothing where what it changes is not kept', async () => {
    rig.server.deploy('shop:2', { POOL: '90' });
    const { secret: _, ...plain } = await rig.platform().prepare(asking(CONFIG));
    await expect(rig.platform().act(asking(CONFIG), plain)).rejects.toMatchObject(
      refused('what it changes is not kept'),
    );
  });
});

describe('rollback of the whole state at Fly.io', () => {
  const THEN = [ledgerState('01A', 'shop:1@sha256:1')];

  it('brings image and variables back by one update each, and leads back exactly', async () => {
    rig.server.deploy('shop:2', { POOL: '90' });
    const before = wished();
    const there = await thereAndBack(WHOLE, { known: THEN });
    expect(there).toEqual([flyConfig('shop:1'), flyConfig('shop:1')]);
    expect(wished()).toEqual(before);
    expect(rig.server.effects).toEqual(['update m1', 'update m2', 'update m1', 'update m2']);
  });

  it.each([
    [
      'was never proven',
      [ledgerState('01A', 'shop:1', { standing: 'unproven' })],
      'no known state',
    ],
    ['was never seen', [], 'no known state of shop:1 is proven'],
    ['had other machines', [ledgerState('01A', 'shop:1', { instances: 3 })], '3 machines ran then'],
    ['is not kept', [ledgerState('00Z', 'shop:1')], 'are not kept any more'],
  ] as const)('is refused where the state %s', async (_, states, why) => {
    await expect(rig.prepare(WHOLE, { known: states })).rejects.toMatchObject(refused(why));
    expect(rig.server.effects).toEqual([]);
  });

  it('asks for no number where Fly.io starts and stops machines by need', async () => {
    const states = [ledgerState('01A', 'shop:1', { instances: null })];
    expect(await rig.prepare(WHOLE, { known: states })).toMatchObject({
      after: { image: 'shop:1' },
    });
  });

  it('is refused where the tag has meant several images, of which one was proven', async () => {
    const states = [
      ledgerState('01A', 'shop:1@sha256:1'),
      ledgerState('019', 'shop:1@sha256:0', { standing: 'unproven' }),
    ];
    await expect(rig.prepare(WHOLE, { known: states })).rejects.toMatchObject(
      refused('no known state of shop:1 is proven: the tag has meant 2 images'),
    );
  });

  it('takes the proven variables of an image that a person names, past later ones', async () => {
    rig.server.deploy('shop:1', { POOL: '1' });
    const bad = versionNow();
    rig.server.deploy('shop:3');
    const states = [
      ledgerState(bad, 'shop:1', { standing: 'bad', lastSeen: new Date(1000) }),
      ledgerState('01A', 'shop:1'),
    ];
    const given = { known: states, byPerson: true };
    await carryOut(asking(rollbackTo('previous_state', 'shop:1'), given));
    expect(wished()[0]?.env).toEqual({ PRIMARY_REGION: 'fra' });
  });

  it('goes to an unproven one that a person names', async () => {
    const states = [ledgerState('01A', 'shop:1', { standing: 'unproven' })];
    const given = { known: states, byPerson: true };
    expect(await rig.prepare(rollbackTo('previous_state', 'shop:1'), given)).toMatchObject({
      after: { image: 'shop:1' },
    });
  });
});
