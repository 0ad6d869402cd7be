import { parseArgs } from 'node:util';
import { FAULTS, type Fault, faultNamed } from './faults.js';
import type { LabMode } from './lab-api.js';
import { elsewhereOf, inOrderOf } from './order-of.js';

/** What the lab was asked for. */
export interface LabOptions {
  readonly faults: readonly Fault[];
  readonly modes: readonly LabMode[];
  readonly isJson: boolean;
  readonly logFile: string | null;
}

const MODES: ReadonlyMap<string, readonly LabMode[]> = new Map([
  ['both', ['auto', 'observe']],
  ['auto', ['auto']],
  ['observe', ['observe']],
]);

/** Read the command line. @throws {RangeError} naming what is wrong */
export function readLabOptions(args: readonly string[]): LabOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', multiple: true },
      seed: { type: 'string' },
      elsewhere: { type: 'boolean', default: false },
      mode: { type: 'string', default: 'both' },
      json: { type: 'boolean', default: false },
      log: { type: 'string' },
    },
  });
  const { only, seed, elsewhere, mode, json, log } = values;
  const modes = MODES.get(mode);
  if (modes === undefined) throw new RangeError(`--mode is both, auto or observe, not ${mode}`);
  const named = only?.flatMap((one) => one.split(',')).map(faultNamed) ?? FAULTS;
  if (elsewhere && seed === undefined) {
    throw new RangeError('--elsewhere draws from a seed: give it by --seed');
  }
  const placed = elsewhere ? elsewhereOf(seed ?? '', named) : named;
  const faults = seed === undefined ? placed : inOrderOf(seed, placed);
  return { faults, modes, isJson: json, logFile: log ?? null };
}
