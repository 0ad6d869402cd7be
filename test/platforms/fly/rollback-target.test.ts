import { describe, expect, it } from 'vitest';
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
    ).toEqual({ kind: 'found', from, to, standing: 'unproven' });
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
