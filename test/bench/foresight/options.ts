import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import type { Source } from './backgrounds/background.js';
import { METHODS, type MethodName } from './methods.js';
import { type SPLITS, seedOf } from './seeds.js';

/** What `npm run bench:foresight -- --help` prints. */
export const HELP = `npm run bench:foresight: how well are failures predicted?

Simulated components, some of which fail and some of which only look like it, watched every five minutes
by the live predictor and by what is customary. The same seed gives the same figures on every machine,
however many processes share the work.

  --seed <name>        train, validation (default) or test: what each is for is told below; or any other
                       text for a world that nobody has seen
  --each <n>           components of each kind of fault, and of each hard negative (default 4;
                       0 for the backgrounds alone)
  --days <n>           how long each hard negative is watched (default 3)
  --method <name>      only one of: ${Object.keys(METHODS).join(', ')}
  --background <file>  judge real series, too: a CSV of component,at,<metrics>, as a backtest takes. As they
                       are, every alarm is a false one; and with faults put into copies of them. May be
                       given more than once
  --failures <file>    when the components of the backgrounds really failed: component,at
  --inject <n>         copies of each background with each fault that it has a metric for (default 3)
  --stretch <n>        seconds that one second of the backgrounds counts for (default 1)
  --html <file>        write everything, with plots and examples, to one file that needs nothing else
  --processes <n>      how many share the work (default: one for each core)

Parameters are learned from train, probabilities set right by calibration, and decisions made by validation. test is closed: the figures
in README.md and ARCHITECTURE.md come from it, and nothing is ever decided by it.
`;

/** What a run was asked for. */
export interface Options {
  readonly seed: string;
  readonly each: number;
  readonly days: number;
  readonly methods: readonly MethodName[];
  readonly backgrounds: readonly Source[];
  readonly inject: number;
  readonly html: string | null;
  readonly processes: number;
}

function whole(text: string, name: string, least = 1): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isInteger(value) && value >= least) return value;
  throw new Error(`--${name} must be a whole number from ${least} on`);
}

function stretchOf(text: string): number {
  const value = Number(text);
  if (value > 0 && value <= 1e6) return value;
  throw new Error('--stretch must be a number above 0');
}

function methodsOf(wanted: string | undefined): MethodName[] {
  const all = Object.keys(METHODS) as MethodName[];
  const methods = all.filter((name) => wanted === undefined || name === wanted);
  if (methods.length === 0) throw new Error(`--method must be one of: ${all.join(', ')}`);
  return methods;
}

/**
 * Read a run's options.
 *
 * @throws {Error} naming the option that is wrong
 */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string', default: 'validation' satisfies keyof typeof SPLITS },
      each: { type: 'string', default: '4' },
      days: { type: 'string', default: '3' },
      method: { type: 'string' },
      background: { type: 'string', multiple: true, default: [] },
      failures: { type: 'string' },
      inject: { type: 'string', default: '3' },
      stretch: { type: 'string', default: '1' },
      html: { type: 'string' },
      processes: { type: 'string', default: String(availableParallelism()) },
    },
  });
  const stretch = stretchOf(values.stretch);
  const failures = values.failures ?? null;
  const each = whole(values.each, 'each', 0);
  if (each === 0 && values.background.length === 0)
    throw new Error('--each 0 needs a --background');
  return {
    seed: seedOf(values.seed),
    each,
    days: whole(values.days, 'days'),
    methods: methodsOf(values.method),
    backgrounds: values.background.map((file) => ({ file, failures, stretch })),
    inject: whole(values.inject, 'inject', 0),
    html: values.html ?? null,
    processes: whole(values.processes, 'processes'),
  };
}
