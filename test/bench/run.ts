import { availableParallelism, cpus, loadavg } from 'node:os';
import { fail, helpAsked } from '../../lib/local/command-line.js';
import { benchBacktest } from './backtest.js';
import { benchDecide } from './decide.js';
import { type Ground, startGround } from './ground.js';
import { benchImports } from './imports.js';
import { benchIngest } from './ingest.js';
import { benchPredict } from './predict.js';
import { benchSweep } from './sweep.js';
import { type Line, table } from './table.js';

const HELP = `npm run bench: how fast is it, on this machine?

  npm run bench                      everything, some minutes
  npm run bench -- ingest            POST /api/ingest against one COPY of the same rows
  npm run bench -- sweep             one tick over 1,000 and 10,000 components
  npm run bench -- decide            the causes of all that fail in a platform's outage
  npm run bench -- predict           one component's forecast, its past extended
  npm run bench -- backtest          a month of 50 components, and what of it is the assessment
  npm run bench -- imports           what each function, built, adds to the start of a process

Several names may be given. Everything runs on this machine, the database with all its syncs, and its
endpoint in one process with the bench: ratios tell more than figures.
`;

type Bench = (ground: Ground) => Promise<Line[]>;

const BENCHES: ReadonlyMap<string, Bench> = new Map<string, Bench>([
  ['ingest', benchIngest],
  ['sweep', benchSweep],
  ['decide', async () => benchDecide()],
  ['predict', async () => benchPredict()],
  ['backtest', () => benchBacktest()],
  ['imports', () => benchImports()],
]);

function chosen(): Bench[] {
  const names = process.argv.slice(2);
  const unknown = names.find((name) => !BENCHES.has(name));
  if (unknown !== undefined) {
    throw new Error(`there is no bench ${unknown}: ${[...BENCHES.keys()].join(', ')}`);
  }
  return [...BENCHES]
    .filter(([name]) => names.length === 0 || names.includes(name))
    .map(([, bench]) => bench);
}

const load = (): string => loadavg()[0]?.toFixed(2) ?? '?';

async function main(): Promise<void> {
  if (helpAsked(HELP)) return;
  const benches = chosen();
  const before = load();
  const ground = await startGround();
  try {
    const lines: Line[] = [];
    for (const bench of benches) lines.push(...(await bench(ground)));
    const cores = `${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? 'unknown'})`;
    const versions = `Node ${process.versions.node}, PostgreSQL ${ground.postgresVersion}`;
    console.log(`\n${cores}, ${versions}, load ${before} before and ${load()} after\n`);
    console.log(table(lines));
  } finally {
    await ground.stop();
  }
}

main().catch(fail);
