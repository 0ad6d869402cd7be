import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { count } from '../../../lib/domain/judge/count.js';
import { figuresOf } from '../../../lib/domain/judge/figures.js';
import { HORIZONS_H } from '../../../lib/domain/judge/foretold.js';
import { add, noTally, type Tally } from '../../../lib/domain/judge/tally.js';
import { fail, helpAsked } from '../../../lib/local/command-line.js';
import { FAULTS, type FaultName } from './faults.js';
import { METHODS, type MethodName } from './methods.js';
import { NEGATIVES, type NegativeName } from './negatives.js';
import { faulty, sound } from './scenario.js';
import { watchScenario } from './watch-scenario.js';

const HELP = `npm run bench:foresight: how well are failures predicted?

Simulated components, some of which fail and some of which only look like it, watched every five minutes
by the live predictor and by what is customary. The same seed gives the same figures everywhere.

  --seed <text>     another world (default: ${'`'}open${'`'})
  --each <n>        components of each kind of fault, and of each hard negative (default 4)
  --days <n>        how long each hard negative is watched (default 3)
  --method <name>   only one of: ${Object.keys(METHODS).join(', ')}
`;

/** One component to be made and watched. */
interface Job {
  readonly kind: string;
  readonly seed: string;
  readonly days: number;
}

/** Method, then horizon. */
type Tallies = Record<string, Tally[]>;

const fresh = (methods: readonly MethodName[]): Tallies =>
  Object.fromEntries(methods.map((name) => [name, HORIZONS_H.map(noTally)]));

const isFault = (kind: string): kind is FaultName => kind in FAULTS;

/** Make, watch and count one component. */
function work({ kind, seed, days }: Job, methods: readonly MethodName[]): Tallies {
  const scenario = isFault(kind) ? faulty(kind, seed) : sound(kind as NegativeName, seed, days);
  const said = watchScenario(scenario, methods);
  const tallies = fresh(methods);
  for (const name of methods) {
    for (const [h, tally] of (tallies[name] ?? []).entries()) {
      count(tally, scenario, said[name] ?? [], h);
    }
  }
  return tallies;
}

const number = (value: number | null, digits = 2): string => value?.toFixed(digits) ?? '–';

function tableOf(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
        .join('  '),
    )
    .join('\n');
}

function summary(totals: Tallies): string {
  const rows = Object.entries(totals).flatMap(([name, tallies]) =>
    tallies.map((tally, h) => {
      const of = figuresOf(tally);
      return [
        `${name}, ${HORIZONS_H[h]} h`,
        ...[of.precision, of.recall, of.f1, of.falsePerWeek].map((value) => number(value)),
        number(of.medianLeadMin, 0),
        number(of.timeError),
        number(of.brierSkill),
        number(of.calibrationError, 3),
        `${tally.true} ${tally.early} ${tally.late} ${tally.false}`,
      ];
    }),
  );
  const head = ['method, horizon', 'precision', 'recall', 'F1', 'false/week', 'lead min'];
  return tableOf([
    [...head, 'time error', 'Brier skill', 'calibration', 'true early late false'],
    ...rows,
  ]);
}

function byKind(found: ReadonlyMap<string, Tallies>, method: MethodName): string {
  const rows = [...found].map(([kind, tallies]) => {
    const each = tallies[method] ?? [];
    return [
      kind,
      ...each.map((tally) => `${tally.announced}/${tally.predictable}`),
      ...each.map((tally) => number(figuresOf(tally).falsePerWeek)),
    ];
  });
  const head = HORIZONS_H.map((hours) => `seen ${hours} h`);
  const wrong = HORIZONS_H.map((hours) => `false/week ${hours} h`);
  return tableOf([[`${method}: kind`, ...head, ...wrong], ...rows]);
}

/** Share the jobs out among processes, as many as there are cores. */
async function shareOut(
  jobs: readonly Job[],
  methods: readonly MethodName[],
): Promise<Map<string, Tallies>> {
  const found = new Map<string, Tallies>();
  const waiting = [...jobs];
  let done = 0;
  const take = (kind: string, tallies: Tallies): void => {
    const known = found.get(kind) ?? fresh(methods);
    for (const name of methods) {
      known[name]?.forEach((tally, h) => {
        const more = tallies[name]?.[h];
        if (more !== undefined) add(tally, more);
      });
    }
    found.set(kind, known);
    done += 1;
    if (process.stderr.isTTY || done % 20 === 0) {
      process.stderr.write(`${done} of ${jobs.length} components\n`);
    }
  };
  const worker = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const child = fork(fileURLToPath(import.meta.url), ['--worker'], {
        execArgv: process.execArgv,
      });
      let job: Job | undefined;
      const next = (): void => {
        job = waiting.shift();
        if (job === undefined) child.kill();
        else child.send({ job, methods });
      };
      child.on('message', (tallies) => {
        if (job !== undefined) take(job.kind, tallies as Tallies);
        next();
      });
      child.on('error', reject);
      child.on('exit', () =>
        job === undefined ? resolve() : reject(new Error(`the simulation of ${job.kind} ended`)),
      );
      next();
    });
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return found;
}

function whole(text: string, name: string): number {
  const value = Number(text);
  if (!(Number.isInteger(value) && value > 0)) throw new Error(`--${name} must be a whole number`);
  return value;
}

async function main(): Promise<void> {
  if (process.argv[2] === '--worker') {
    process.on('message', ({ job, methods }: { job: Job; methods: MethodName[] }) => {
      process.send?.(work(job, methods));
    });
    return;
  }
  if (helpAsked(HELP)) return;
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: 'open' },
      each: { type: 'string', default: '4' },
      days: { type: 'string', default: '3' },
      method: { type: 'string' },
    },
  });
  const all = Object.keys(METHODS) as MethodName[];
  const methods = all.filter((name) => values.method === undefined || name === values.method);
  if (methods.length === 0) throw new Error(`--method must be one of: ${all.join(', ')}`);
  const each = whole(values.each, 'each');
  const days = whole(values.days, 'days');
  const kinds = [...Object.keys(FAULTS), ...Object.keys(NEGATIVES)];
  const jobs = kinds.flatMap((kind) =>
    Array.from({ length: each }, (_, i) => ({ kind, seed: `${values.seed}/${i}`, days })),
  );
  const unsorted = await shareOut(jobs, methods);
  const found = new Map(kinds.map((kind) => [kind, unsorted.get(kind) ?? fresh(methods)]));
  const totals = fresh(methods);
  for (const tallies of found.values()) {
    for (const name of methods) {
      totals[name]?.forEach((tally, h) => {
        const more = tallies[name]?.[h];
        if (more !== undefined) add(tally, more);
      });
    }
  }
  const watched = `${jobs.length} components, seed ${values.seed}`;
  console.log(`${watched}\n\n${summary(totals)}\n\n${byKind(found, methods[0] ?? 'forestall')}`);
}

main().catch(fail);
