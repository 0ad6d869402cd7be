import { createHash } from 'node:crypto';
import { parseArgs } from 'node:util';
import { FAULTS, type Fault, faultNamed } from './faults.js';
import type { LabMode } from './lab-api.js';

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

/** Where a name comes in the order of a seed. */
function place(seed: string, name: string): string {
  return createHash('sha256').update(`${seed}:${name}`).digest('hex');
}

/** The faults in an order of the seed's; the same seed gives the same order. */
export function inOrderOf(seed: string, faults: readonly Fault[]): readonly Fault[] {
  return faults.toSorted((a, b) => (place(seed, a.name) < place(seed, b.name) ? -1 : 1));
}

/** Read the command line. @throws {RangeError} naming what is wrong */
export function readLabOptions(args: readonly string[]): LabOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', multiple: true },
      seed: { type: 'string' },
      mode: { type: 'string', default: 'both' },
      json: { type: 'boolean', default: false },
      log: { type: 'string' },
    },
  });
  const { only, seed, mode, json, log } = values;
  const modes = MODES.get(mode);
  if (modes === undefined) throw new RangeError(`--mode is both, auto or observe, not ${mode}`);
  const named = only?.flatMap((one) => one.split(',')).map(faultNamed) ?? FAULTS;
  const faults = seed === undefined ? named : inOrderOf(seed, named);
  return { faults, modes, isJson: json, logFile: log ?? null };
}
