import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { METHODS, type MethodName } from './methods.js';
import { type SPLITS, seedOf } from './seeds.js';

/** What `npm run bench:foresight -- --help` prints. */
export const HELP = `npm run bench:foresight: how well are failures predicted?

Simulated components, some of which fail and some of which only look like it, watched every five minutes
by the live predictor and by what is customary. The same seed gives the same figures on every machine,
however many processes share the work.

  --seed <name>        train, validation (default) or test: what each is for is told below; or any other
                       text for a world that nobody has seen
  --each <n>           components of each kind of fault, and of each hard negative (default 4)
  --days <n>           how long each hard negative is watched (default 3)
  --method <name>      only one of: ${Object.keys(METHODS).join(', ')}
  --html <file>        write everything, with plots and examples, to one file that needs nothing else
  --processes <n>      how many share the work (default: one for each core)

Parameters are learned from train, and every decision is made by validation. test is closed: the figures
in README.md and ARCHITECTURE.md come from it, and nothing is ever decided by it.
`;

/** What a run was asked for. */
export interface Options {
  readonly seed: string;
  readonly each: number;
  readonly days: number;
  readonly methods: readonly MethodName[];
  readonly html: string | null;
  readonly processes: number;
}

function whole(text: string, name: string): number {
  const value = Number(text);
  if (!(Number.isInteger(value) && value > 0)) throw new Error(`--${name} must be a whole number`);
  return value;
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
      html: { type: 'string' },
      processes: { type: 'string', default: String(availableParallelism()) },
    },
  });
  return {
    seed: seedOf(values.seed),
    each: whole(values.each, 'each'),
    days: whole(values.days, 'days'),
    methods: methodsOf(values.method),
    html: values.html ?? null,
    processes: whole(values.processes, 'processes'),
  };
}
