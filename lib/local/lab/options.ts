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

const MODES: Readonly<Record<string, readonly LabMode[]>> = {
  both: ['auto', 'observe'],
  auto: ['auto'],
  observe: ['observe'],
};

/** 32 bits from a seed and a place, evenly spread. @see https://en.wikipedia.org/wiki/Fowler–Noll–Vo_hash_function */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const character of text) {
    value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  return value >>> 0;
}

/** The faults in an order of the seed's; the same seed gives the same order. */
export function inOrderOf(seed: string, faults: readonly Fault[]): readonly Fault[] {
  return faults.toSorted((a, b) => hash(`${a.name}:${seed}`) - hash(`${b.name}:${seed}`));
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
  const modes = MODES[mode];
  if (modes === undefined) throw new RangeError(`--mode is both, auto or observe, not ${mode}`);
  const named = only?.flatMap((one) => one.split(',')).map(faultNamed) ?? FAULTS;
  const faults = seed === undefined ? named : inOrderOf(seed, named);
  return { faults, modes, isJson: json, logFile: log ?? null };
}
