import { BANDS } from '../../../lib/domain/judge/band.js';
import { fail, helpAsked } from '../../../lib/local/command-line.js';
import { byKind, type Found } from './by-kind.js';
import { simulatedJobs } from './jobs.js';
import { HELP, readOptions } from './options.js';
import { shareOut } from './share-out.js';
import { totalOf } from './tallies.js';
import {
  KIND_HEAD,
  kindRow,
  SUMMARY_HEAD,
  summaryRows,
  textTable,
  timeErrorRows,
} from './text-table.js';

function report(found: readonly Found[], methods: readonly string[]): string {
  const first = methods[0] ?? '';
  const totals = totalOf(
    methods,
    found.map(({ tallies }) => tallies),
  );
  const kinds = found.map(({ kind, tallies }) => kindRow(kind, tallies, first));
  return [
    textTable([[...SUMMARY_HEAD], ...summaryRows(totals)]),
    textTable([[`${first}: kind`, ...KIND_HEAD], ...kinds]),
    textTable([
      [`${first}: error of the time, while the failure was`, ...BANDS],
      ...timeErrorRows(totals, first),
    ]),
  ].join('\n\n');
}

function told(done: number, jobs: number): void {
  if (process.stderr.isTTY || done % 20 === 0) {
    process.stderr.write(`${done} of ${jobs} components\n`);
  }
}

async function main(): Promise<void> {
  if (helpAsked(HELP)) return;
  const { seed, each, days, methods, processes } = readOptions(process.argv.slice(2));
  const jobs = simulatedJobs(seed, each, days);
  const results = await shareOut(jobs, methods, processes, (done) => told(done, jobs.length));
  const found = byKind(jobs, results, methods);
  console.log(`${jobs.length} components, seed ${seed}\n\n${report(found, methods)}`);
}

main().catch(fail);
