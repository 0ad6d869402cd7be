import { describe, expect, it } from 'vitest';
import { FAULTS } from '../../../lib/local/lab/faults.js';
import { inOrderOf, readLabOptions } from '../../../lib/local/lab/options.js';

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

  it.each([
    [['--only', 'fire'], /no fault fire/],
    [['--mode', 'wild'], /--mode is both, auto or observe/],
    [['--mode', 'toString'], /--mode is both, auto or observe/],
    [['--what'], /--what/],
  ])('refuses %j', (args, why) => {
    expect(() => readLabOptions(args)).toThrow(why);
  });
});

describe('inOrderOf', () => {
  it('is the same for the same seed, another for another, and leaves nothing out', () => {
    expect(inOrderOf('a', FAULTS)).toEqual(inOrderOf('a', FAULTS));
    expect(names(inOrderOf('a', FAULTS))).not.toEqual(names(inOrderOf('b', FAULTS)));
    expect(names(inOrderOf('a', FAULTS)).sort()).toEqual(names(FAULTS).sort());
  });
});
