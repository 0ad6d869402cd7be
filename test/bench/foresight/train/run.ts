import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  FAILURES,
  type Failure,
  jointNames,
} from '../../../../lib/domain/predict/features/joint.js';
import { ForestData } from '../../../../lib/domain/predict/forest.js';
import { ModelData } from '../../../../lib/domain/predict/model.js';
import { fail, helpAsked } from '../../../../lib/local/command-line.js';
import { FAULTS } from '../faults.js';
import { NEGATIVES } from '../negatives.js';
import { SPLITS } from '../seeds.js';
import { type Calibrated, calibrate, type Learned } from './calibrate.js';
import { MANNER, type Question } from './learn.js';
import type { RowJob } from './make-rows.js';
import type { LearnJob } from './worker.js';

const MODEL = fileURLToPath(
  new URL('../../../../lib/domain/predict/parameters.json', import.meta.url),
);
const WORKER = fileURLToPath(new URL('./worker.ts', import.meta.url));

const KINDS = [...Object.keys(FAULTS), ...Object.keys(NEGATIVES)];

const HELP = `npm run train: learn the predictor's parameters anew, and write lib/domain/predict/parameters.json

Makes simulated components of the training worlds, learns trees from what could be seen of them, and
calibrates the trees on worlds of their own. The same arguments give the same model, whatever the machine.
The defaults take about 20 min on two cores, and 2 GB of the temporary folder.

  --each <n>        components of each kind to learn from (default 300)
  --calibrate <n>   components of each kind to calibrate with (default 30)
  --version <n>     version of the model (default: one more than that of the present one)
  --rows <folder>   keep rows and trees there, and go on where a run before with the same arguments ended
  --out <file>      where to write the model
`;

/** Share of the quiet ticks that are learned from: many components teach more than many ticks of few. */
const QUIET_SHARE = 0.08;

/** Let processes work off jobs, as many at once as there are cores. */
async function workOff(jobs: readonly (RowJob | LearnJob)[], what: string): Promise<void> {
  const waiting = [...jobs];
  let done = 0;
  const work = (child: ChildProcess): Promise<void> =>
    new Promise((resolve, reject) => {
      const next = (): void => {
        const job = waiting.shift();
        if (job === undefined) child.disconnect();
        else child.send(job);
      };
      child.on('message', () => {
        done += 1;
        if (done % 50 === 0 || done === jobs.length) {
          process.stderr.write(`${what}: ${done} of ${jobs.length}\n`);
        }
        next();
      });
      child.on('error', reject);
      child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${what} failed`))));
      next();
    });
  const count = Math.min(jobs.length, availableParallelism());
  const children = Array.from({ length: count }, () =>
    fork(WORKER, { execArgv: ['--import', 'tsx'] }),
  );
  await Promise.all(children.map(work));
}

/** Jobs for so many components of each kind. */
function rowJobs(
  seed: string,
  each: number,
  rest: Pick<RowJob, 'share' | 'hides' | 'folder'>,
): RowJob[] {
  return Array.from({ length: each }, (_, i) => i).flatMap((i) =>
    KINDS.map((kind, k) => ({ kind, seed: `${seed}/${i}`, id: i * KINDS.length + k, ...rest })),
  );
}

const LEARN_JOBS: readonly (readonly [Failure, readonly Question[]])[] = [
  ['objective', ['1h', '6h']],
  ['objective', ['24h', 'time']],
  ['memory', ['1h', '6h', '24h', 'time']],
  ['disk', ['1h', '6h', '24h', 'time']],
];

function readLearned(folder: string): Learned {
  const read = (failure: Failure, question: Question): ForestData => {
    const text = readFileSync(join(folder, `${failure}-${question}.json`), 'utf8');
    return ForestData.parse(JSON.parse(text));
  };
  const all = (failure: Failure): Learned[Failure] => ({
    ...{ '1h': read(failure, '1h'), '6h': read(failure, '6h'), '24h': read(failure, '24h') },
    time: read(failure, 'time'),
  });
  return { memory: all('memory'), disk: all('disk'), objective: all('objective') };
}

function modelFrom(learned: Learned, calibrated: Calibrated, provenance: ModelData['provenance']) {
  const { early, late, knots } = calibrated;
  return ModelData.parse({
    version: Number(provenance['version']),
    provenance,
    failures: Object.fromEntries(
      FAILURES.map((failure) => [
        failure,
        { features: jointNames(failure), ...learned[failure], early, late },
      ]),
    ),
    calibration: knots,
  });
}

/** Whether a folder holds rows of a run before. */
function there(folder: string): boolean {
  return readdirSync(folder).some((name) => name.startsWith('stories'));
}

function whole(text: string, name: string): number {
  const value = Number(text);
  if (!(Number.isInteger(value) && value > 0)) throw new Error(`--${name} must be a whole number`);
  return value;
}

function presentVersion(): number {
  try {
    return ModelData.parse(JSON.parse(readFileSync(MODEL, 'utf8'))).version;
  } catch {
    return 0;
  }
}

async function main(): Promise<void> {
  if (helpAsked(HELP)) return;
  const { values } = parseArgs({
    options: {
      each: { type: 'string', default: '300' },
      calibrate: { type: 'string', default: '30' },
      version: { type: 'string', default: String(presentVersion() + 1) },
      rows: { type: 'string' },
      out: { type: 'string', default: MODEL },
    },
  });
  const each = whole(values.each, 'each');
  const held = whole(values.calibrate, 'calibrate');
  const version = whole(values.version, 'version');
  const folder = values.rows ?? mkdtempSync(join(tmpdir(), 'forestall-train-'));
  const [rows, apart] = [join(folder, 'learn'), join(folder, 'calibrate')];
  for (const one of [rows, apart]) mkdirSync(one, { recursive: true });
  const quiet = { share: QUIET_SHARE, hides: true, folder: rows };
  if (!there(rows)) await workOff(rowJobs(SPLITS.train, each, quiet), 'components to learn from');
  const all = { share: 1, hides: false, folder: apart };
  if (!there(apart)) {
    const jobsApart = rowJobs(SPLITS.calibration, held, all);
    await workOff(jobsApart, 'components to calibrate with');
  }
  const below = each * KINDS.length;
  const jobs = LEARN_JOBS.map(([learn, questions]) => ({ learn, questions, folder: rows, below }));
  await workOff(jobs, 'ways to fail');
  const learned = readLearned(rows);
  const model = modelFrom(learned, calibrate(apart, learned), {
    ...{ version, command: `npm run train -- --each ${each} --calibrate ${held}` },
    ...{
      seeds: `${SPLITS.train}/0…${each - 1}, calibrated on ${SPLITS.calibration}/0…${held - 1}`,
    },
    ...{ components: below },
    ...{ trees: MANNER.trees, depth: MANNER.depth, rate: MANNER.rate },
  });
  writeFileSync(values.out, `${JSON.stringify(model)}\n`);
  if (values.rows === undefined) rmSync(folder, { recursive: true });
  process.stderr.write(`wrote model ${version} to ${values.out}\n`);
}

main().catch(fail);
