import { writeFileSync } from 'node:fs';
import { BANDS } from '../../../lib/domain/judge/band.js';
import { fail, helpAsked } from '../../../lib/local/command-line.js';
import { againstBars } from './bars.js';
import { byKind, type Found } from './by-kind.js';
import { chooseExamples } from './choose-examples.js';
import { exampleOf } from './example.js';
import { type Job, type Result, simulatedJobs } from './jobs.js';
import { HELP, type Options, readOptions } from './options.js';
import { page } from './report/page.js';
import { shareOut } from './share-out.js';
import { type Tallies, totalOf } from './tallies.js';
import {
  KIND_HEAD,
  kindRow,
  SUMMARY_HEAD,
  summaryRows,
  textTable,
  timeErrorRows,
} from './text-table.js';

function tables(totals: Tallies, found: readonly Found[], first: string): string {
  const kinds = found.map(({ kind, tallies }) => kindRow(kind, tallies, first));
  const judged = againstBars(totals, found, first).map(({ name, cells }) => [
    name,
    ...cells.map(({ text, met }) => (met === false ? `${text} unmet` : text)),
  ]);
  return [
    textTable([[...SUMMARY_HEAD], ...summaryRows(totals)]),
    textTable([[`${first}: kind`, ...KIND_HEAD], ...kinds]),
    textTable([
      [`${first}: error of the time, while the failure was`, ...BANDS],
      ...timeErrorRows(totals, first),
    ]),
    textTable([[`${first}: figure (bar)`, '1 h', '6 h', '24 h'], ...judged]),
  ].join('\n\n');
}

function told(done: number, jobs: number): void {
  if (process.stderr.isTTY || done % 20 === 0) {
    process.stderr.write(`${done} of ${jobs} components\n`);
  }
}

interface Outcome {
  readonly jobs: readonly Job[];
  readonly results: readonly Result[];
  readonly found: readonly Found[];
  readonly totals: Tallies;
}

function write(file: string, { seed, each, days, methods }: Options, outcome: Outcome): void {
  const { jobs, results, found, totals } = outcome;
  const [method] = methods;
  if (method === undefined) return;
  const command = `npm run bench:foresight -- --seed ${seed} --each ${each} --days ${days}`;
  const examples = chooseExamples(jobs, results).map((choice) => exampleOf(choice, method));
  const bars = againstBars(totals, found, method);
  const components = jobs.length;
  writeFileSync(file, page({ seed, command, components, method, totals, found, bars, examples }));
}

async function main(): Promise<void> {
  if (helpAsked(HELP)) return;
  const options = readOptions(process.argv.slice(2));
  const { seed, each, days, methods, processes, html } = options;
  const jobs = simulatedJobs(seed, each, days);
  const results = await shareOut(jobs, methods, processes, (done) => told(done, jobs.length));
  const found = byKind(jobs, results, methods);
  const totals = totalOf(
    methods,
    found.map(({ tallies }) => tallies),
  );
  console.log(`${jobs.length} components, seed ${seed}\n`);
  console.log(tables(totals, found, methods[0] ?? ''));
  if (html !== null) write(html, options, { jobs, results, found, totals });
}

main().catch(fail);
