import { describe, expect, it } from 'vitest';
import { FAULTS } from '../../../lib/local/lab/faults.js';
import { readLabOptions } from '../../../lib/local/lab/options.js';

const names = (faults: readonly { name: string }[]) => faults.map(({ name }) => name);

describe('readLabOptions', () => {
  it('plays everything in both modes unless told otherwise', () => {
    const read = readLabOptions([]);
    expect(read).toEqual({
      faults: FAULTS,
      modes: ['auto', 'observe'],
      isJson: false,
      logFile: null,
    });
  });

  it('takes one fault, or several', () => {
    expect(names(readLabOptions(['--only', 'mail-down']).faults)).toEqual(['mail-down']);
    const several = readLabOptions(['--only=mail-down,cpu-burn', '--only=cache-leak']);
    expect(names(several.faults)).toEqual(['mail-down', 'cpu-burn', 'cache-leak']);
  });

  it('takes a seed, and with it other places', () => {
    const [listed, moved] = [
      ['--seed', 'a'],
      ['--seed', 'a', '--elsewhere'],
    ].map((args) => readLabOptions(args).faults);
    expect(names(listed ?? [])).not.toEqual(names(FAULTS));
    const places = (moved ?? []).map(({ name, truth }) => `${name} ${truth.service}`);
    const listedPlaces = FAULTS.map(({ name, truth }) => `${name} ${truth.service}`);
    expect(places.filter((one) => listedPlaces.includes(one))).toHaveLength(4);
  });

  it.each([
    [['--only', 'fire'], /no fault fire/],
    [['--mode', 'wild'], /--mode is both, auto or observe/],
    [['--mode', 'toString'], /--mode is both, auto or observe/],
    [['--what'], /--what/],
    [['--elsewhere'], /--elsewhere draws from a seed/],
  ])('refuses %j', (args, why) => {
    expect(() => readLabOptions(args)).toThrow(why);
  });
});
