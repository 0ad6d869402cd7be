import { describe, expect, it } from 'vitest';
import type { KnownState, Standing } from '../../../lib/domain/decide/known-state.js';
import type { VersionWish } from '../../../lib/platforms/choose-version.js';
import { Machine, MachineVersion } from '../../../lib/platforms/fly/answers.js';
import { rollbackTarget } from '../../../lib/platforms/fly/rollback-target.js';
import { flyConfig, flyMachine } from '../../support/fly/machine.js';

const machine = (image: string, state = 'started') =>
  Machine.parse(flyMachine(1, { config: flyConfig(image), state }));
/** Newest first. */
const versions = (images: string) =>
  [...images].map((image, i) =>
    MachineVersion.parse({ version: `0${9 - i}`, user_config: { image } }),
  );

describe('rollbackTarget', () => {
  it.each([
    ['the image before', 'cba', {}, 'b'],
    ['`previous`', 'ba', { to: 'previous' }, 'a'],
    ['no other configuration of the live image', 'bba', {}, 'a'],
    ['nothing that a rollback has left', 'cabaz', {}, 'a'],
    ['a named image', 'cba', { to: 'a' }, 'a'],
    ['back, for a person', 'aba', { to: 'b', byPerson: true }, 'b'],
    ['beyond a rollback, for a person', 'abaz', { byPerson: true }, 'z'],
  ])('finds %s', (_, images, wish, to) => {
    const from = images[0] ?? '';
    expect(
      rollbackTarget([machine(from), machine(from, 'stopped')], versions(images), {
        byPerson: false,
        ...wish,
      }),
    ).toMatchObject({ kind: 'found', from, to, standing: 'unproven' });
  });

  it('counts what runs, where the newest known version is another', () => {
    expect(rollbackTarget([machine('c')], versions('ba'), { byPerson: false })).toMatchObject({
      to: 'b',
    });
  });

  it.each([
    ['of the first image', [machine('a')], 'a', {}, 'know of no earlier image'],
    ['of what is unknown', [machine('a')], '', {}, 'know of no earlier image'],
    ['of a rollback', [machine('a')], 'aba', {}, 'only a person'],
    ['to what runs', [machine('b')], 'ba', { to: 'b' }, 'b runs already'],
    ['to what never ran', [machine('b')], 'ba', { to: 'x' }, 'x is not among'],
    ['of two images', [machine('b'), machine('a')], 'ba', {}, 'different images'],
    ['while one moves', [machine('b', 'replacing')], 'ba', {}, 'in progress (replacing)'],
  ])('refuses one %s', (_, machines, images, wish, why) => {
    expect(rollbackTarget(machines, versions(images), { byPerson: false, ...wish })).toEqual({
      kind: 'refused',
      why: expect.stringContaining(why),
    });
  });
});

const state = (version: string, standing: Standing): KnownState => ({
  deploymentId: `01-${version}`,
  version,
  instances: 2,
  lastSeen: new Date(0),
  healthyMinutes: 90,
  evidence: '90 healthy minutes',
  schema: null,
  incidents: 0,
  standing,
});

describe('rollbackTarget, by what the ledger knows', () => {
  const choose = (known: readonly KnownState[], wish: Partial<VersionWish> = {}) =>
    rollbackTarget([machine('d')], versions('dcba'), { byPerson: false, known, ...wish });

  it.each<[string, KnownState[], string, Standing]>([
    ['the proven image, past unknown ones', [state('a@sha256:1', 'proven')], 'a', 'proven'],
    ['the newest proven one', [state('a', 'proven'), state('b@sha256:2', 'proven')], 'b', 'proven'],
    ['the one before a bad one', [state('c@sha256:3', 'bad')], 'b', 'unproven'],
    [
      'one that did well in one of its lives',
      [state('c', 'bad'), state('c', 'proven')],
      'c',
      'proven',
    ],
    [
      'one whose tag was moved only as unproven',
      [state('c@x', 'proven'), state('c@y', 'proven')],
      'c',
      'unproven',
    ],
    [
      'past one whose tag was once bad',
      [state('c@x', 'proven'), state('c@y', 'bad')],
      'b',
      'unproven',
    ],
    ['no image by the beginning of its name', [state('cc@x', 'bad')], 'c', 'unproven'],
  ])('finds %s', (_, known, to, standing) => {
    expect(choose(known)).toMatchObject({ kind: 'found', from: 'd', to, standing });
  });

  it('returns to no bad one, unless a person names it or it was left by what is undone', () => {
    const bad = ['a', 'b', 'c'].map((version) => state(version, 'bad'));
    const refused = (why: string) => ({ kind: 'refused', why: expect.stringContaining(why) });
    expect(choose(bad)).toEqual(refused('every version that could be returned to'));
    expect(choose(bad, { byPerson: true })).toEqual(refused('has a bad record'));
    expect(choose(bad, { to: 'b' })).toEqual(refused('only a person may name it'));
    expect(choose(bad, { to: 'b', byPerson: true })).toMatchObject({ to: 'b', standing: 'bad' });
    expect(choose(bad, { to: 'b', isUndo: true })).toMatchObject({ to: 'b', standing: 'bad' });
  });
});
